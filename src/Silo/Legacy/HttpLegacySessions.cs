using System.Text.Json;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Sessions;
using Microsoft.Extensions.Options;
using Polly.CircuitBreaker;

namespace GaiaOrleans.Silo.Legacy;

/// <summary>GAIA_HOME over HTTP. A write is sent once; repeating one that was lost is the session's own decision.</summary>
internal sealed class HttpLegacySessions : ILegacySessions
{
    private readonly LegacyAddresses _addresses;
    private readonly LegacyChannel _channel;
    private readonly LegacyHabits _habits;
    private readonly LegacyLists _lists;
    private readonly LegacyRoute _route;
    private readonly HashSet<string> _stamped;

    public HttpLegacySessions(HttpClient http, IOptions<LegacyOptions> options, TimeProvider time, ILogger<LegacyPipelines> logger)
    {
        var settings = options.Value;
        _addresses = new(settings.BaseUrl);
        _channel = new(http, new(settings, time, logger), settings);
        _habits = new(_channel, _addresses, settings);
        _lists = new(_channel, _addresses, _habits, settings);
        _route = new(_channel, _addresses, _habits, time);
        OthersWrite = settings.DirectWriters;
        _stamped = settings.StampedFields.Count == 0 ? [SessionField.UpdatedAt] : [.. settings.StampedFields];
    }

    public CircuitState CircuitState => _channel.CircuitState;

    public bool OthersWrite { get; }

    public IReadOnlySet<string> Stamped => _stamped;

    public string Circuit => _channel.CircuitState switch
    {
        CircuitState.Closed => "closed",
        CircuitState.HalfOpen => "half_open",
        _ => "open",
    };

    public bool Refuses => _channel.Refuses;

    public string? KnownIdMember => _habits.IdMember;

    public Task<string> IdMember(CancellationToken cancellationToken) => Reading(
        () => _channel.Whole(
            async token =>
            {
                await _habits.Learn(token);
                return _habits.IdMember ?? IdMembers.Id;
            },
            cancellationToken),
        cancellationToken);

    public Task<LegacyRead> Get(string id, bool exists, CancellationToken cancellationToken) =>
        Reading(() => _channel.Whole(token => Find(id, exists, token), cancellationToken), cancellationToken);

    public async Task<LegacyPage> List(string? cursor, CancellationToken cancellationToken)
    {
        var page = await Reading(() => _lists.Page(cursor, cancellationToken), cancellationToken);
        foreach (var listed in page.Sessions.Take(2))
            if (listed.Id is { } id)
                _route.Suggest(id);
        return page;
    }

    public Task<bool> Ping(CancellationToken cancellationToken) => _channel.Probe(_addresses.Health, cancellationToken);

    /// <summary>
    /// A request for its effect on the circuit, which an answer closes and a failure opens for another break. Of a session that nobody has: what is asked for
    /// its health may be well while it answers for none.
    /// </summary>
    public async Task Try(CancellationToken cancellationToken)
    {
        try
        {
            await _channel.Read(_addresses.Session("gaia-circuit-trial"), cancellationToken);
        }
        catch (LegacyTroubleException)
        {
            // Logged by the circuit.
        }
    }

    public Task<LegacyAnswer> Put(string id, SessionDocument document, bool exists, CancellationToken cancellationToken) =>
        Writing(token => Store(id, document, exists, token), cancellationToken);

    public Task<LegacyAnswer> Delete(string id, CancellationToken cancellationToken) => Writing(
        async token =>
        {
            var reply = await _channel.Write(HttpMethod.Delete, _addresses.Session(id), [], token);
            return Missing(reply) && await Gone(id, token) ? new LegacyAnswer.Applied(null) : WriteVerdict.Of(HttpMethod.Delete, reply) ?? new LegacyAnswer.Applied(null);
        },
        cancellationToken);

    public LegacyRead Understand(string id, byte[] raw) => LegacyRecord.Understand(id, raw, _stamped);

    private async Task<LegacyRead> Find(string id, bool exists, CancellationToken cancellationToken)
    {
        var reply = await _channel.Read(_addresses.Session(id), cancellationToken);
        if (exists && Missing(reply)) reply = await Proven(id, cancellationToken);
        else if (Missing(reply)) await _route.Trust(id, cancellationToken);
        return await Shown(id, reply, cancellationToken);
    }

    private async Task<LegacyRead> Shown(string id, LegacyReply reply, CancellationToken cancellationToken)
    {
        if (Missing(reply)) return LegacyRead.Absent;
        if (reply.Status != 200) throw Unusable(reply.Passing ?? LegacyTrouble.Unavailable, $"answered {reply.Status} {reply.Location}{reply.Text}");
        if (reply.Body is null) throw Unusable(LegacyTrouble.TooLarge, "answered more than Legacy:MaxBodyBytes allows");
        using var json = reply.Json() ?? throw Unusable(LegacyTrouble.NotJson, $"answered {reply.MediaType} instead of JSON: {reply.Text}");
        var session = _habits.SessionIn(json.RootElement, id);
        if (session is null)
        {
            // Without an id in it, it may still be one of a map whose keys are the ids.
            await _habits.Learn(cancellationToken);
            session = _habits.SessionIn(json.RootElement, id) ?? throw Unusable(LegacyTrouble.NotJson, $"answered something else: {reply.Text}");
        }

        if (JsonText.Find(session.Value) is var (path, flaw)) throw Unusable(LegacyTrouble.NotJson, $"has {flaw} in {path}, which cannot be stored");
        _route.Remember(id);
        _habits.LearnFrom(id, session.Value);
        try
        {
            return LegacyRead.Of(id, session.Value, _stamped);
        }
        catch (InvalidInputException e)
        {
            throw Unusable(LegacyTrouble.NotJson, $"has a record that cannot be kept: {string.Join("; ", e.Errors?.Select(f => $"{f.Key} {f.Value[0]}") ?? [e.Message])}");
        }

        LegacyTroubleException Unusable(string code, string what) => new(code, $"GAIA_HOME {what} (session '{id}')", sent: false);
    }

    private async Task<LegacyAnswer> Store(string id, SessionDocument document, bool exists, CancellationToken cancellationToken)
    {
        await _habits.Learn(cancellationToken);
        var certain = _habits.IdMember is not null;
        var body = SentDocument.Of(id, document, _habits.IdMember ?? IdMembers.Id);
        var method = exists ? HttpMethod.Put : HttpMethod.Post;
        var reply = await Send(method);
        if (exists && Missing(reply) && await Gone(id, cancellationToken)) return new LegacyAnswer.Gone();
        if (!exists && PutInstead(reply))
        {
            method = HttpMethod.Put;
            reply = await Send(method);
        }

        if (WriteVerdict.Of(method, reply) is { } verdict) return verdict;
        if (certain && HashIn(reply, id) is { } hash)
        {
            _route.Suggest(id);
            return new LegacyAnswer.Applied(hash);
        }

        return await Confirm(id, body, mayBeElsewhere: method == HttpMethod.Post, cancellationToken);

        Task<LegacyReply> Send(HttpMethod by) => _channel.Write(by, by == HttpMethod.Put ? _addresses.Session(id) : _addresses.Sessions, body, cancellationToken);
    }

    // 409: it is there already, by an earlier request of ours that was never answered. 404, 405: this GAIA_HOME creates by PUT alone.
    private static bool PutInstead(LegacyReply reply) => reply.Status is 405 or 409 || Missing(reply);

    private static bool Missing(LegacyReply reply) => reply.Status == 404 && reply.FromResource();

    /// <summary>Whether a session that was to be changed, and was answered 404, is not there. Otherwise that is a refusal of the change.</summary>
    private async Task<bool> Gone(string id, CancellationToken cancellationToken) => Missing(await Proven(id, cancellationToken));

    /// <summary>
    /// Asked again, with GAIA_HOME known to answer: the 404 before may be of a time at which it did not. Twice, for of two proxies that are asked by turns one may have
    /// lost its route.
    /// </summary>
    private async Task<LegacyReply> Proven(string id, CancellationToken cancellationToken)
    {
        await _route.Prove(id, cancellationToken);
        var once = await _channel.Read(_addresses.Session(id), cancellationToken);
        return Missing(once) ? await _channel.Read(_addresses.Session(id), cancellationToken) : once;
    }

    /// <summary>The write was acknowledged without showing the result, or under an id that we could only assume: look.</summary>
    private async Task<LegacyAnswer> Confirm(string id, byte[] body, bool mayBeElsewhere, CancellationToken cancellationToken)
    {
        try
        {
            // What is missing right after its creation was not there before: there is nothing to lose by its word.
            var found = mayBeElsewhere ? await Shown(id, await _channel.Read(_addresses.Session(id), cancellationToken), cancellationToken) : await Find(id, exists: true, cancellationToken);
            if (found.Hash is not null) return new LegacyAnswer.Applied(found.Hash);
            if (mayBeElsewhere)
                return new LegacyAnswer.Rejected(
                    404, $"GAIA_HOME took the new session and does not find it under '{id}': it may have made up an id. Set Legacy:IdField to the member it takes ids from.");
        }
        catch (LegacyTroubleException)
        {
            // Not Unknown: its 2xx said that the change is applied. The hash only tells an echo from somebody's change, and the sent
            // document without the stamped fields is what a legacy that changes nothing else will show.
        }

        return new LegacyAnswer.Applied(CanonicalHash(body));
    }

    private string? HashIn(LegacyReply reply, string id)
    {
        using var json = reply.Json();
        if (json is null || _habits.SessionIn(json.RootElement, id) is not { } session || JsonText.Find(session) is not null) return null;
        return CanonicalJson.Hash(session, _stamped);
    }

    private string CanonicalHash(byte[] body)
    {
        using var json = JsonDocument.Parse(body);
        return CanonicalJson.Hash(json.RootElement, _stamped);
    }

    private static async Task<T> Reading<T>(Func<Task<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            return await read();
        }
        catch (LegacyTroubleException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new LegacyUnavailableException($"{e.Message} [{e.Code}]");
        }
    }

    private async Task<LegacyAnswer> Writing(Func<CancellationToken, Task<LegacyAnswer>> write, CancellationToken cancellationToken)
    {
        try
        {
            return await _channel.Whole(write, cancellationToken);
        }
        catch (LegacyTroubleException e)
        {
            return e.Sent ? new LegacyAnswer.Unknown(e.Code, e.Message) : new LegacyAnswer.Failed(e.Code, e.Message);
        }
    }
}
