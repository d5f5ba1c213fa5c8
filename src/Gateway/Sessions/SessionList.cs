using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway.Legacy;
using GaiaOrleans.Gateway.Rollouts;

namespace GaiaOrleans.Gateway.Sessions;

/// <summary>GET /api/sessions: from legacy with the pending changes put in, until the cluster is known to have everything; then from the cluster.</summary>
public sealed partial class SessionList(
    SessionRouter router, GatewayLease lease, IGrainFactory grains, LegacyLists legacy, ListShapes shapes, TimeProvider time, ILogger<SessionList> logger)
{
    private const int AskedAtOnce = 8;
    private const int MostTold = 100;

    private readonly ConcurrentDictionary<string, bool> _told = [];

    public async Task Serve(HttpContext context)
    {
        if (await router.ForwardedInEmergency(context)) return;
        ListQuery query;
        RolloutState rollout;
        SessionPage page;
        ReadOnlyMemory<byte>? legacys = null;
        while (true)
        {
            var scope = await router.Enter(context.RequestAborted);
            var inside = true;
            try
            {
                rollout = scope.State;
                if (router.MayForward(rollout))
                {
                    inside = false;
                    await router.Forward(context, scope);
                    return;
                }

                if (!lease.Held) throw new LeaseLostException();
                SessionResponse.Mark(context, Side.Go, rollout.Epoch);
                query = ListQuery.Of(context.Request.Query);
                if (query.Foreign is { } foreign) Tell(foreign, rollout);
                page = await Page(query.ToSessionQuery(), rollout.Epoch, context.RequestAborted);
                if (router.IsOver(scope)) continue;
                if (page.FromTarget)
                {
                    page = await LegacysWord(context, rollout, page, query);
                }
                else
                {
                    SessionResponse.Mark(context, Side.Python, rollout.Epoch);
                    legacys = await FromLegacy(context, page, query);
                }

                break;
            }
            finally
            {
                if (inside) scope.Leave();
            }
        }

        if (!page.FromTarget)
        {
            if (legacys is { } list) await context.Response.Body.WriteAsync(list, context.RequestAborted);
            return;
        }

        var shape = await shapes.For(context);
        var whole = query.Unpaged && shapes.WholeUnasked(shape);
        await TargetList.Write(context, whole ? page with { Next = null } : page, query, shape, whole ? Following(context, rollout, page, query, context.RequestAborted) : null);
    }

    /// <summary>Once for each: who is asked so is to know it before GAIA_HOME is gone.</summary>
    /// <exception cref="InvalidInputException">There is no GAIA_HOME any more that would know what is meant.</exception>
    private void Tell(string foreign, RolloutState rollout)
    {
        if (!rollout.FeedsLegacy) throw InvalidInputException.Field(foreign, "is nothing that lists are chosen by: status, tier, limit, per_page, page and cursor are, each once");
        if (!_told.ContainsKey(foreign) && _told.Count < MostTold && _told.TryAdd(foreign, true)) LogForeign(logger, foreign);
    }

    /// <summary>The rest of a list that is given whole, page by page as the client takes it.</summary>
    private async IAsyncEnumerable<SessionPage> Following(HttpContext context, RolloutState rollout, SessionPage page, ListQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (page.Next is { } next)
        {
            page = await Page(query.After(next), rollout.Epoch, cancellationToken);
            // Dual-write was switched meanwhile. What was sent cannot be taken back: the answer breaks off, so that nobody takes it for all.
            if (!page.FromTarget) throw new LeaseLostException();
            yield return page = await LegacysWord(context, rollout, page, query);
        }
    }

    private Task<SessionPage> Page(SessionQuery query, long epoch, CancellationToken cancellationToken) => Repetition.OfRead(
        () => grains.GetGrain<ISessionListGrain>(0).Page(query with { Epoch = epoch }, cancellationToken).WaitAsync(Repetition.AttemptPatience, time, cancellationToken), Repetition.AttemptPatience, time, cancellationToken);

    /// <summary>
    /// Where legacy leads it shows a change before it is acknowledged, and who reads such a session from there may have seen it: a list shows no less.
    /// </summary>
    private async Task<SessionPage> LegacysWord(HttpContext context, RolloutState rollout, SessionPage page, ListQuery query)
    {
        var asked = page.Sessions.Where(s => s.Intended && SplitRule.SideOf(s.Id, rollout) == Side.Python).ToList();
        if (asked.Count == 0) return page;
        var shown = new ConcurrentDictionary<string, ListedSession?>();
        await Parallel.ForEachAsync(
            asked, new ParallelOptions { MaxDegreeOfParallelism = AskedAtOnce, CancellationToken = context.RequestAborted }, async (session, _) => shown[session.Id] = await AtLegacy(context, session, query));
        return page with { Sessions = [.. page.Sessions.Select(s => shown.GetValueOrDefault(s.Id, s)).OfType<ListedSession>()] };
    }

    /// <summary>As legacy has it; null when it has none, or none that was asked for.</summary>
    private async Task<ListedSession?> AtLegacy(HttpContext context, ListedSession session, ListQuery query)
    {
        try
        {
            return await legacy.Find(context, session.Id) is { } theirs && query.Matches(theirs) ? session with { Body = RawNode.Utf8(theirs).ToArray() } : null;
        }
        // It shows it to nobody else either; what was acknowledged is here.
        catch (LeadUnavailableException)
        {
            return session;
        }
    }

    /// <summary>Null = it refused, and that has been passed on.</summary>
    private async Task<ReadOnlyMemory<byte>?> FromLegacy(HttpContext context, SessionPage page, ListQuery query)
    {
        if (await legacy.Read(context) is not { } answer) return null;
        shapes.Saw(answer, query.Unpaged);
        var unseen = ListOverlay.Replace(answer.List, page.Sessions, query.Matches, page.IdMember);
        ListOverlay.Add(answer.List, answer.Last ? await Unlisted(context, unseen, query) : [], query.Matches);
        context.Response.ContentType = "application/json; charset=utf-8";
        return RawNode.Utf8(answer.List);
    }

    /// <summary>
    /// Of those that the last page does not show, the ones that no page before it showed either: before the last page nobody could tell
    /// whether legacy will list them itself, and on it nobody remembers what it has listed.
    /// </summary>
    private async Task<IEnumerable<ListedSession>> Unlisted(HttpContext context, IReadOnlyCollection<ListedSession> unseen, ListQuery query)
    {
        if (query.First) return unseen;
        // A create whose outcome is not known counts as lacking: better shown twice for that moment than not at all.
        var lacking = unseen.Where(s => s.LegacyLacks);
        if (!query.Filtered) return lacking;
        // What legacy has in a state that was not asked for it has not listed.
        var changed = new ConcurrentBag<ListedSession>();
        await Parallel.ForEachAsync(
            unseen.Where(s => !s.LegacyLacks && ListOverlay.Shown(s, query.Matches) is not null),
            new ParallelOptions { MaxDegreeOfParallelism = AskedAtOnce, CancellationToken = context.RequestAborted },
            async (session, _) =>
            {
                if (await legacy.Find(context, session.Id) is not { } theirs || !query.Matches(theirs)) changed.Add(session);
            });
        return lacking.Concat(changed);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Lists are asked for by '{Parameter}', which only GAIA_HOME knows: it is asked for them, and once the migration is complete they are refused")]
    private static partial void LogForeign(ILogger logger, string parameter);
}
