using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway.Sessions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Sessions;

/// <summary>
/// The sessions of the cluster, for a service that calls them directly. The process is a gateway of its own: registered with the rollout, under
/// the same lease and fence as every other, so the split, dual-write and rollback hold for its calls as for anybody's.
/// </summary>
/// <remarks>
/// Every call throws a <see cref="GaiaException"/> when it is refused or fails, with the code and the meaning of the HTTP API, and
/// <see cref="OperationCanceledException"/> when the caller gives up: a change that was handed over by then may still take effect.
/// </remarks>
public sealed partial class GaiaSessions
{
    private readonly InnerGateway _gateway;
    private readonly TimeProvider _time;
    private readonly TimeSpan _patience;
    private readonly ILogger<GaiaSessions> _logger;

    internal GaiaSessions(InnerGateway gateway, IOptions<GaiaSessionsOptions> options, TimeProvider time, ILogger<GaiaSessions> logger) =>
        (_gateway, _time, _patience, _logger) = (gateway, time, options.Value.Patience, logger);

    /// <summary>The session as the side that serves it has it; null when there is none.</summary>
    /// <exception cref="InvalidInputException">The id is none.</exception>
    public async Task<GaiaSession?> Get(string id, CancellationToken cancellationToken = default)
    {
        try
        {
            var reply = await Send(new(HttpMethods.Get, Checked(id)), cancellationToken);
            return new(id, reply.Version, reply.Session());
        }
        catch (UnknownSessionException)
        {
            return null;
        }
    }

    /// <summary>Adds a session. Without an id in the document it gets one, the same again for the same idempotency key.</summary>
    /// <exception cref="SessionExistsException">A live session has the id.</exception>
    public Task<GaiaChange> Create(JsonObject session, ChangeTerms? terms = null, CancellationToken cancellationToken = default) => Change(new(HttpMethods.Post, null, session, terms), cancellationToken);

    /// <summary>Creates or replaces the whole session.</summary>
    /// <exception cref="VersionMismatchException">It is not at the version that the terms name.</exception>
    public Task<GaiaChange> Put(string id, JsonObject session, ChangeTerms? terms = null, CancellationToken cancellationToken = default) => Change(new(HttpMethods.Put, Checked(id), session, terms), cancellationToken);

    /// <summary>Merges <paramref name="patch"/> into the session (RFC 7396): a null takes a member away.</summary>
    /// <exception cref="UnknownSessionException">There is no such session.</exception>
    /// <exception cref="VersionMismatchException">It is not at the version that the terms name.</exception>
    public Task<GaiaChange> Patch(string id, JsonObject patch, ChangeTerms? terms = null, CancellationToken cancellationToken = default) => Change(new(HttpMethods.Patch, Checked(id), patch, terms), cancellationToken);

    /// <summary>Deletes the session on both sides.</summary>
    /// <exception cref="UnknownSessionException">There is no such session.</exception>
    /// <exception cref="VersionMismatchException">It is not at the version that the terms name.</exception>
    public Task<GaiaChange> Delete(string id, ChangeTerms? terms = null, CancellationToken cancellationToken = default) => Change(new(HttpMethods.Delete, Checked(id), null, terms), cancellationToken);

    /// <summary>
    /// Every session once, in no order that is promised. One answer at a time is held in memory, which may be all there is. A list has no versions: who wants to change a session
    /// only as it was listed gets it first.
    /// </summary>
    public async IAsyncEnumerable<GaiaSession> List(SessionFilter? filter = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var first = filter?.Status is { } status ? SessionJson.With("", "status", status) : "";
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var query = filter?.Tier is { } tier ? SessionJson.With(first, "tier", tier) : first; query is not null;)
        {
            var reply = await Send(new(HttpMethods.Get, null, Query: query), cancellationToken);
            var list = reply.Json();
            // Deletions shift the pages of a list that is counted.
            foreach (var session in SessionJson.Sessions(list))
                if (session.Id.Length == 0 || seen.Add(session.Id))
                    yield return session;
            query = SessionJson.Next(list, Header(reply, "Link"), Header(reply, "X-Next-Cursor"), query);
        }
    }

    private static string Checked(string id) => SessionPath.Check(id);

    private static string? Header(Reply reply, string name) => reply.Headers[name].ToString() is { Length: > 0 } value ? value : null;

    private async Task<GaiaChange> Change(Request request, CancellationToken cancellationToken)
    {
        var terms = request.Terms ?? new();
        request = request with { Terms = terms with { IdempotencyKey = terms.IdempotencyKey ?? Guid.CreateVersion7().ToString() } };
        var reply = await Send(request, cancellationToken);
        var document = reply.Body.Length > 0 && !HttpMethods.IsDelete(request.Method) ? reply.Session() : null;
        var location = Header(reply, "Location") is { } there ? Uri.UnescapeDataString(there[(there.LastIndexOf('/') + 1)..]) : null;
        var id = request.Id ?? location ?? SessionJson.IdOf(document ?? request.Body!) ?? throw new LegacyAnswerException(reply.Status, "the new session's id is not in the answer", mayHaveTakenEffect: true);
        var outcome = Enum.TryParse<DualWriteOutcome>(Header(reply, SessionResponse.DualWrite), ignoreCase: true, out var known) ? known : DualWriteOutcome.Off;
        return new(id, reply.Version, document, reply.Status == StatusCodes.Status201Created, Header(reply, "Idempotency-Replayed") is not null, outcome);
    }

    private async Task<Reply> Send(Request request, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        GaiaException? unknown = null;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Reply reply;
            try
            {
                reply = await _gateway.Send(request, cancellationToken);
            }
            // The process stops between two attempts: of the first one that says nothing.
            catch (LeaseLostException e)
            {
                throw RepeatRule.Told(e, unknown, forwarded: false);
            }

            if (reply.Refusal(request) is not { } refusal) return reply;
            if (refusal.MayHaveTakenEffect) (unknown, request) = (unknown ?? refusal, request with { Unsettled = true });
            if (RepeatRule.Wait(refusal, request.Method, reply.Forwarded, _time.GetElapsedTime(started), _patience) is not { } pause) throw RepeatRule.Told(refusal, unknown, reply.Forwarded);
            LogAgain(_logger, request.Method, request.Id, pause, refusal.Code, refusal.Message);
            await Task.Delay(pause, _time, cancellationToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Method} {Session}: asked again in {Pause}, because of {Code}: {Reason}")]
    private static partial void LogAgain(ILogger logger, string method, string? session, TimeSpan pause, string code, string reason);
}
