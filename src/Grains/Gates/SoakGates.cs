using GaiaOrleans.Contracts.Gates;
using GaiaOrleans.Contracts.Rollouts;

namespace GaiaOrleans.Grains.Gates;

/// <summary>Time that was really watched: minutes since the phase began that every active silo reported. Others neither count nor reset.</summary>
internal static class SoakGates
{
    private static readonly TimeSpan Rehearsed = TimeSpan.FromSeconds(1);

    public static GateVerdict Of(string gate, decimal percentage, TimeSpan required, TimeSpan? soaked, DateTimeOffset? breach, RolloutState state, Evidence e)
    {
        var at = percentage == 100 ? "at 100 %" : $"at {percentage} % or more";
        if (e.Rehearsal) return InRehearsal(gate, percentage, required, at, state, e.At);
        var wanted = $"{Verdict.Text(required)} {at}";
        var evidence = DualWriteGates.Since(state) + (breach is { } b ? $"; the guard was breached at {Verdict.Text(b)}, and what was before does not count" : "");
        if (soaked is not { } time) return Verdict.Unknown(gate, "no windows", wanted, evidence);
        var observed = $"{Verdict.Text(time)} {at}";
        if (time >= required) return Verdict.Pass(gate, observed, wanted, evidence);
        return time > TimeSpan.Zero ? Verdict.Fail(gate, observed, wanted, evidence) : Verdict.Unknown(gate, observed, wanted, evidence);
    }

    private static GateVerdict InRehearsal(string gate, decimal percentage, TimeSpan instead, string at, RolloutState state, DateTimeOffset now)
    {
        var unchanged = state.GoPercentage >= percentage ? now - state.UpdatedAt : TimeSpan.Zero;
        return Verdict.Of(
            unchanged >= Rehearsed, gate, state.GoPercentage >= percentage ? $"{Verdict.Text(unchanged)} {at}" : $"{state.GoPercentage:0.##} %",
            $"{Verdict.Text(Rehearsed)} {at}", $"instead of {Verdict.Text(instead)}; unchanged since {Verdict.Text(state.UpdatedAt)}");
    }
}
