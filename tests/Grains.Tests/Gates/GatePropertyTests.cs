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
        ReportedAt100,
        Breach,
        OneSilent,
        TooLow,
        Off,
        Restart,
        Jump,
    }

    private static readonly Gen<(Kind Kind, int Amount)> Step = Gen.Select(Gen.Enum<Kind>(), Gen.Int[-120, 120]);

    private static readonly Gen<RolloutState> State = Gen.Select(Gen.Enum<RolloutPhase>(), Gen.Bool).Select((phase, enabled) => Some.Rollout(enabled, phase: phase));

    /// <summary>What passes was watched by every silo for as long as it takes, whatever else happened to silos, clocks and the guard.</summary>
    [Fact]
    public async Task No_sequence_of_missing_windows_restarts_clock_jumps_and_breaches_opens_a_soak() =>
        await Step.Array[1, 12].SampleAsync(async steps =>
        {
            var watched = new Watched();
            double at50 = 0, unbreachedAt50 = 0, unbreachedAt100 = 0;
            foreach (var (kind, amount) in steps)
            {
                var size = Math.Abs(amount) / 10 + 1;
                switch (kind)
                {
                    case Kind.Reported or Kind.ReportedAt100:
                        await watched.Pass(size, percentage: kind == Kind.Reported ? 50 : 100);
                        at50 += size;
                        unbreachedAt50 += size;
                        unbreachedAt100 += kind == Kind.Reported ? 0 : size;
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
                    case Kind.Breach:
                        await watched.Breach();
                        (unbreachedAt50, unbreachedAt100) = (0, 0);
                        break;
                    default:
                        watched.Jump(TimeSpan.FromMinutes(amount));
                        break;
                }
            }

            var evidence = Proof.Complete with { Windows = await watched.Facts() };
            NotBefore(RolloutPhase.GradualRollout, "soak_at_50", at50, Proof.Required.SoakAt50);
            NotBefore(RolloutPhase.Monitoring, "soak_monitoring", unbreachedAt50, Proof.Required.SoakMonitoring);
            NotBefore(RolloutPhase.Cutover, "soak_at_100", unbreachedAt100, Proof.Required.SoakAt100);

            void NotBefore(RolloutPhase phase, string gate, double minutes, TimeSpan required) => Assert.True(
                Proof.Verdict(phase, gate, evidence).Status != GateStatus.Pass || minutes >= required.TotalMinutes, $"{gate} is open after {minutes} watched minutes: {string.Join(", ", steps)}");
        }, iter: 300, threads: 1);

    [Fact]
    public void Outside_a_rehearsal_no_phase_is_left_without_windows_and_words() =>
        Gen.Select(State, Gen.Enum<RolloutPhase>()).Sample((state, phase) =>
            Assert.True(phase == RolloutPhase.Completed || PhaseGates.Leaving(phase, state, Proof.Complete).Any(v => v.Status != GateStatus.Pass)), iter: 500);

    [Fact]
    public void Taking_evidence_away_never_removes_a_blocker() =>
        Gen.Select(State, Gen.Bool, Gen.Enum<RolloutPhase>(), Gen.Int[0, 6]).Sample((state, rehearsal, phase, taken) =>
        {
            var with = Proof.Complete.Said(state.Phase) with { Rehearsal = rehearsal };
            var without = taken switch
            {
                0 => with with { Migrate = null },
                1 => with with { Verify = null },
                2 => with with { Lag = null },
                3 => with with { Schema = null },
                4 => with with { SelfTest = null },
                5 => with with { Checklist = Proof.Nothing.Checklist },
                _ => with with { ActiveSilos = [], Seen = GateSightings.None },
            };
            Assert.Subset(Blocking(without), Blocking(with));

            HashSet<string> Blocking(Evidence evidence) => [.. PhaseGates.Between(phase, RolloutPhase.Completed, state, evidence).Where(v => v.Status != GateStatus.Pass).Select(b => b.Gate)];
        }, iter: 2_000);
}
