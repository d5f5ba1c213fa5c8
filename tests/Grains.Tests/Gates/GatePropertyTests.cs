using CsCheck;
using GaiaOrleans.Contracts.Gates;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Gates;

namespace GaiaOrleans.Grains.Tests.Gates;

public sealed class GatePropertyTests
{
    private enum Kind
    {
        Reported,
        OneSilent,
        TooLow,
        Off,
        Restart,
        Jump,
    }

    private static readonly Gen<(Kind Kind, int Amount)> Step = Gen.Select(Gen.Enum<Kind>(), Gen.Int[-120, 120]);

    private static readonly Gen<RolloutState> State = Gen.Select(Gen.Enum<RolloutPhase>(), Gen.Bool).Select((phase, enabled) => Some.Rollout(enabled, phase: phase));

    /// <summary>What passes was watched by every silo for as long as it takes, whatever else happened to silos and clocks.</summary>
    [Fact]
    public async Task No_sequence_of_missing_windows_restarts_and_clock_jumps_opens_a_soak() =>
        await Step.Array[1, 8].SampleAsync(async steps =>
        {
            var watched = new Watched();
            double watchedMinutes = 0;
            foreach (var (kind, amount) in steps)
            {
                var size = Math.Abs(amount) / 10 + 1;
                switch (kind)
                {
                    case Kind.Reported:
                        await watched.Pass(size);
                        watchedMinutes += size;
                        break;
                    case Kind.OneSilent:
                        await watched.Pass(size * 4, reporting: [0, 2]);
                        break;
                    case Kind.TooLow:
                        await watched.Pass(size * 4, percentage: 10);
                        break;
                    case Kind.Off:
                        watched.Off(TimeSpan.FromHours(size));
                        break;
                    case Kind.Restart:
                        watched.Restart(Math.Abs(amount) % 3);
                        break;
                    default:
                        watched.Jump(TimeSpan.FromMinutes(amount));
                        break;
                }
            }

            var evidence = Proof.Complete with { Windows = await watched.Facts() };
            var open = Proof.Verdict(RolloutPhase.GradualRollout, "soak_at_50", evidence).Status == GateStatus.Pass;
            Assert.True(!open || watchedMinutes >= Proof.Required.SoakAt50.TotalMinutes, $"open after {watchedMinutes} watched minutes: {string.Join(", ", steps)}");
        }, iter: 300, threads: 1);

    [Fact]
    public void Outside_a_rehearsal_no_phase_is_left_without_windows_and_words() =>
        Gen.Select(State, Gen.Enum<RolloutPhase>()).Sample((state, phase) =>
            Assert.True(phase == RolloutPhase.Completed || PhaseGates.Leaving(phase, state, Proof.Complete).Any(v => v.Status != GateStatus.Pass)), iter: 500);

    [Fact]
    public void Taking_evidence_away_never_removes_a_blocker() =>
        Gen.Select(State, Gen.Bool, Gen.Enum<RolloutPhase>(), Gen.Int[0, 7]).Sample((state, rehearsal, phase, taken) =>
        {
            var with = Proof.Complete.Said(state.Phase) with { Rehearsal = rehearsal };
            var without = taken switch
            {
                0 => with with { Migrate = null },
                1 => with with { Verify = null },
                2 => with with { Lag = null },
                3 => with with { Sessions = null },
                4 => with with { Schema = null },
                5 => with with { SelfTest = null },
                6 => with with { Checklist = Proof.Nothing.Checklist },
                _ => with with { ActiveSilos = [], Seen = GateSightings.None },
            };
            Assert.Subset(Blocking(without), Blocking(with));

            HashSet<string> Blocking(Evidence evidence) => [.. PhaseGates.Between(phase, RolloutPhase.Completed, state, evidence).Where(v => v.Status != GateStatus.Pass).Select(b => b.Gate)];
        }, iter: 2_000);
}
