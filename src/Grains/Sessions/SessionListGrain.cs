using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Runs;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Grains.Runs;
using Orleans.Concurrency;

namespace GaiaOrleans.Grains.Sessions;

[StatelessWorker, GrainType("gaia.session.list")]
public sealed class SessionListGrain(ISessionStore store, ILegacySessions legacy, SiloLease lease) : Grain, ISessionListGrain
{
    private const int MostBehind = 100_000;
    private const int AfterOneLeftOut = 1_000;
    private const int SkippedAtOnce = 1_000;

    public async Task<SessionPage> Page(SessionQuery query, CancellationToken cancellationToken)
    {
        var rollout = await lease.AtLeast(query.Epoch, cancellationToken);
        if ((query.OfLegacy && rollout.FeedsLegacy) || !await ClusterHasAll(rollout, cancellationToken))
        {
            var behind = await store.ListBehind(MostBehind + 1, cancellationToken);
            // Without the rest of them the list would show states from before changes that were acknowledged, and nobody could tell.
            return behind.Count <= MostBehind
                ? new(false, [.. behind.Where(row => !SessionRules.NeedsAdoption(row, rollout)).Select(Listed)], null) { IdMember = behind.Count > 0 ? await LegacysIdMember(cancellationToken) : null }
                : throw new LeadUnavailableException(Side.Python, $"it lacks changes of more than {MostBehind} sessions, which are too many to be put into its list");
        }

        var cursor = query.Cursor;
        for (var left = query.Skip; left > 0; left -= SkippedAtOnce)
        {
            var many = (int)Math.Min(left, SkippedAtOnce);
            var skipped = await Present(cursor, many, query, rollout, cancellationToken);
            if (skipped.Count < many) return new(true, [], null);
            cursor = skipped[^1].Id;
        }

        var rows = await Present(cursor, query.Limit + 1, query, rollout, cancellationToken);
        return new(true, [.. rows.Take(query.Limit).Select(Listed)], rows.Count > query.Limit ? rows[query.Limit - 1].Id : null);
    }

    /// <summary>
    /// Of those that are stored. A row from before dual-write was off that the migration since has not come across is a session that was deleted on legacy
    /// meanwhile: whoever reads it by itself finds that there, and a verification stores it.
    /// </summary>
    private async Task<List<SessionRow>> Present(string? cursor, int many, SessionQuery query, RolloutState rollout, CancellationToken cancellationToken)
    {
        var present = new List<SessionRow>();
        var asked = many;
        while (true)
        {
            var rows = await store.List(cursor, asked, query.Status, query.Tier, cancellationToken);
            present.AddRange(rows.Where(row => !SessionRules.NeedsAdoption(row, rollout)).Take(many - present.Count));
            if (rows.Count < asked || present.Count == many) return present;
            cursor = rows[^1].Id;
            // Where one is left out its neighbours may be as well: thousands, one query for each.
            asked = Math.Max(many - present.Count, AfterOneLeftOut);
        }
    }

    public async Task<string> IdMember(CancellationToken cancellationToken)
    {
        var rollout = await lease.Current(cancellationToken);
        try
        {
            return await legacy.IdMember(cancellationToken);
        }
        // Once the migration is complete GAIA_HOME may be switched off, and nothing is written there any more.
        catch (LegacyUnavailableException) when (!rollout.FeedsLegacy)
        {
            return SessionField.Id;
        }
    }

    private async Task<string?> LegacysIdMember(CancellationToken cancellationToken)
    {
        try
        {
            return await legacy.IdMember(cancellationToken);
        }
        // Its list will not come either.
        catch (LegacyUnavailableException)
        {
            return null;
        }
    }

    /// <summary>Cutover says which side leads, not that every session was moved: it can be forced, and a later generation lists anew.</summary>
    private async Task<bool> ClusterHasAll(RolloutState rollout, CancellationToken cancellationToken)
    {
        if (rollout.Phase == RolloutPhase.Completed) return true;
        var run = await GrainFactory.GetGrain<IRunGrain>(IRunGrain.Migrate).Status(cancellationToken);
        return RunProof.Last(run) is { Failed: 0, Reason: null } whole && whole.Generation == rollout.Generation;
    }

    // What legacy lacks, or may show as it was, is read here, whatever else is on its way there.
    private static ListedSession Listed(SessionRow row) => new(row.Id, row.Document?.Utf8, LegacyLacks: row.LegacyHash is null, Intended: row is { Intent: not null, Behind: false });
}
