using GaiaOrleans.Contracts.Checklist;
using GaiaOrleans.Contracts.Gates;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Runs;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Grains.Runs;
using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Grains.Windows;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Grains.Gates;

/// <summary>Looks at everything the gates want to know, once.</summary>
public sealed class EvidenceCollector(
    IClusterMembershipService membership,
    ISessionStore sessions,
    IRolloutStore rollout,
    IWindowStore windows,
    ValidatorSelfTest selfTest,
    TimeProvider time,
    IOptions<RolloutOptions> options,
    IOptions<GateOptions> required,
    IOptions<GaiaOptions> gaia)
{
    /// <param name="state">Windows count from the beginning of its phase.</param>
    public async Task<Evidence> Collect(IGrainFactory grains, RolloutState state, CancellationToken cancellationToken)
    {
        var migrate = grains.GetGrain<IRunGrain>(IRunGrain.Migrate).Status(cancellationToken);
        var verify = grains.GetGrain<IRunGrain>(IRunGrain.Verify).Status(cancellationToken);
        var checklist = grains.GetGrain<IChecklistGrain>(IChecklistGrain.Key).Records(cancellationToken);
        var seen = grains.GetGrain<IGateWatchGrain>(IGateWatchGrain.Key).Sightings(cancellationToken);
        var schema = rollout.Schema(cancellationToken);
        var lag = sessions.Lag(cancellationToken);
        var invalid = sessions.ListInvalid(1, resolved: false, cancellationToken);
        var facts = WindowFacts.Read(windows, state.PhaseSince, cancellationToken);
        await Task.WhenAll(migrate, verify, checklist, seen, schema, lag, invalid, facts);
        return new()
        {
            At = time.GetUtcNow(),
            Required = required.Value,
            Rehearsal = options.Value.Rehearsal,
            ActiveSilos = [.. membership.CurrentSnapshot.Members.Values.Where(m => m.Status == SiloStatus.Active).Select(m => m.Name).Order(StringComparer.Ordinal)],
            ExpectedSilos = gaia.Value.ExpectedSilos,
            SelfTest = selfTest.Result,
            Schema = await schema,
            Windows = await facts,
            Migrate = RunProof.Judged(await migrate),
            Verify = RunProof.Judged(await verify),
            Lag = await lag,
            OpenValidationErrors = (await invalid).Open,
            Checklist = (await checklist).ToDictionary(r => r.Name),
            Seen = await seen,
        };
    }
}
