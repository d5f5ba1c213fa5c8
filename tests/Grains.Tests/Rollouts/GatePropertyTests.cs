using CsCheck;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Runs;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Tests.Rollouts;

public sealed class GatePropertyTests
{
    private static readonly Gen<long> Count = Gen.Frequency((3, Gen.Const(0L)), (2, Gen.Long[0, 20]));

    private static readonly Gen<RunStatus?> Run = Gen.Frequency(
        (1, Gen.Const((RunStatus?)null)),
        (4, Gen.Select(Gen.Enum<RunState>(), Count, Count, Count, Count, Count, Gen.Bool).Select((state, listed, migrated, failed, mismatched, pending, dry) =>
            (RunStatus?)new RunStatus
            {
                Kind = "any",
                State = state,
                Listed = listed,
                Done = listed,
                Migrated = migrated,
                Failed = failed,
                Mismatched = mismatched,
                Pending = pending,
                DryRun = dry,
            })));

    private static readonly Gen<SyncLag?> Lag = Gen.Frequency(
        (1, Gen.Const((SyncLag?)null)), (2, Count.Select(p => (SyncLag?)new SyncLag(p, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, null))));

    private static readonly Gen<Evidence> Production = Gen.Select(Gen.Int[0, 5], Gen.Int[1, 5], Run, Run, Lag).Select(
        (active, expected, migrate, verify, lag) => new Evidence(active, expected, migrate, verify, lag, Rehearsal: false));

    private static readonly Gen<RolloutState> State = Gen.Select(Gen.Enum<RolloutPhase>(), Gen.Bool, Gen.Enum<DualWriteMode>()).Select(
        (phase, enabled, mode) => Some.Rollout(enabled, mode, phase));

    [Fact]
    public void No_missing_evidence_opens_a_gate_outside_a_rehearsal() =>
        Gen.Select(State, Production, Gen.Enum<RolloutPhase>(), Gen.Enum<RolloutPhase>()).Sample((state, evidence, from, to) =>
        {
            var open = Gates.Between(from, to, state, evidence).Count == 0;
            Assert.False(open && from < to, $"{from} to {to} is open although soaks and attestations have no evidence");
        }, iter: 5_000);

    [Fact]
    public void Taking_evidence_away_never_removes_a_blocker() =>
        Gen.Select(State, Production, Gen.Bool, Gen.Enum<RolloutPhase>(), Gen.Int[0, 2]).Sample((state, production, rehearsal, phase, taken) =>
        {
            var with = production with { Rehearsal = rehearsal };
            var without = taken switch { 0 => with with { Migrate = null }, 1 => with with { Verify = null }, _ => with with { Lag = null } };
            var before = Blocking(with);
            Assert.Subset(Blocking(without), before);

            HashSet<string> Blocking(Evidence evidence) => [.. Gates.Between(phase, RolloutPhase.Completed, state, evidence).Select(b => b.Gate)];
        }, iter: 5_000);

    // The second half of I10: an open way means that each fact was there.
    [Fact]
    public void An_open_way_out_of_dual_write_has_every_fact_behind_it() =>
        Gen.Select(State, Production).Sample((state, production) =>
        {
            var evidence = production with { Rehearsal = true };
            if (Gates.Between(RolloutPhase.DualWrite, RolloutPhase.GradualRollout, state, evidence).Count > 0) return;
            Assert.True(state.DualWrite.Enabled);
            Assert.True(evidence.Migrate is { State: RunState.Completed, DryRun: false, Failed: 0 } m && m.Listed == m.Migrated + m.Skipped);
            Assert.True(evidence.Verify is { State: RunState.Completed, Mismatched: 0, Failed: 0, Pending: 0 });
        }, iter: 5_000);
}
