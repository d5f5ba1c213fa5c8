using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Grains.Telemetry;
using Microsoft.Extensions.Options;
using Orleans.Placement;

namespace GaiaOrleans.Grains.Sessions;

/// <summary>
/// Adds first rows and changes none. Whatever a session of the same id does meanwhile, its commit names the row that it decided over: the
/// one that comes second finds a row where it knew of none, and changes nothing. Placed at random: by their load all would go to one silo,
/// because each is gone before its load is told.
/// </summary>
[GrainType("gaia.import"), RandomPlacement]
public sealed class ImportGrain(
    ISessionStore store, ILegacySessions legacy, SiloLease lease, SessionInstruments instruments, TimeProvider time, IOptions<SessionOptions> options, ILocalSiloDetails silo) : Grain, IImportGrain
{
    public async Task<bool[]> Add(string[] ids, byte[][] documents, long generation, CancellationToken cancellationToken)
    {
        DeactivateOnIdle();
        var added = new bool[ids.Length];
        var rollout = await lease.Current(cancellationToken);
        if (ImportRules.TooOld(generation, rollout)) return added;
        var known = await store.Known(ids, cancellationToken);
        var moment = new Moment(SessionTimestamp.Cut(time.GetUtcNow()), Guid.CreateVersion7(), silo.Name, options.Value.SendLease);
        var found = new List<(int Index, SessionRow Row, LegacyRead Read)>(ids.Length);
        for (var i = 0; i < ids.Length; i++)
            if (!known.Contains(ids[i]) && Understood(ids[i], documents[i]) is { } read)
                found.Add((i, ImportRules.FirstRow(ids[i], read, rollout, moment), read));
        if (!await Stored([.. found.Select(f => f.Row)], rollout.Incarnation, generation, cancellationToken)) return added;
        foreach (var (index, row, read) in found)
        {
            added[index] = true;
            instruments.OnAdopted(ImportRules.From);
            foreach (var misfit in read.Misfits) store.ReportInvalid(ValidationError.Of(row.Id, misfit, row.Version));
        }

        return added;
    }

    private LegacyRead? Understood(string id, byte[] document)
    {
        try
        {
            return legacy.Understand(id, document);
        }
        catch (InvalidInputException)
        {
            return null; // its session says what is wrong with it
        }
    }

    /// <summary>All of them or none: one that is in the way is found by asking them one by one.</summary>
    private async Task<bool> Stored(IReadOnlyList<SessionRow> rows, long incarnation, long generation, CancellationToken cancellationToken)
    {
        if (rows.Count == 0) return true;
        try
        {
            return await store.Add(rows, incarnation, generation, cancellationToken) == CommitResult.Committed;
        }
        catch (InvalidInputException)
        {
            return false;
        }
    }
}
