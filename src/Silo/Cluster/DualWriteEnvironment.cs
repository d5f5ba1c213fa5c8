using System.Globalization;
using GaiaOrleans.Contracts;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Silo.Rollouts;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Silo.Cluster;

/// <summary>
/// The guide's variables as this node has them. They seed a cluster's first start; afterwards the stored, cluster-wide value rules and a
/// difference is only reported.
/// </summary>
internal sealed record DualWriteEnvironment(bool? Enabled, DualWriteMode? Mode, TimeSpan? Timeout)
{
    /// <exception cref="OptionsValidationException">A value that nobody could mean.</exception>
    public static DualWriteEnvironment Read(IConfiguration configuration)
    {
        var failures = new List<string>();
        bool? enabled = null;
        DualWriteMode? mode = null;
        if (configuration["DUAL_WRITE_ENABLED"] is { Length: > 0 } text)
        {
            if (bool.TryParse(text, out var value)) enabled = value;
            else failures.Add($"DUAL_WRITE_ENABLED is '{text}'; set it to true or false.");
        }

        TimeSpan? timeout = null;
        if (configuration["DUAL_WRITE_TIMEOUT_MS"] is { Length: > 0 } ms)
        {
            if (int.TryParse(ms, CultureInfo.InvariantCulture, out var value) && value > 0) timeout = TimeSpan.FromMilliseconds(value);
            else failures.Add($"DUAL_WRITE_TIMEOUT_MS is '{ms}'; set it to a whole number of milliseconds, for example 2000.");
        }

        try
        {
            mode = DualWriteSpelling.Mode(configuration["DUAL_WRITE_MODE"]);
        }
        catch (InvalidInputException)
        {
            failures.Add($"DUAL_WRITE_MODE is '{configuration["DUAL_WRITE_MODE"]}'; set it to go_leads or python_leads.");
        }

        return failures.Count == 0 ? new(enabled, mode, timeout) : throw new OptionsValidationException("DualWrite", typeof(DualWriteEnvironment), failures);
    }

    public DualWriteSettings Seed => InMemoryRolloutStore.InitialState(default).DualWrite with { Enabled = Enabled ?? false, Mode = Mode ?? DualWriteMode.GoLeads };

    public IReadOnlyList<string> Mismatch(RolloutState state)
    {
        var lines = new List<string>();
        if (Enabled is { } enabled && enabled != state.DualWrite.Enabled) lines.Add($"DUAL_WRITE_ENABLED is {(enabled ? "true" : "false")} here; the cluster says {(state.DualWrite.Enabled ? "true" : "false")}");
        if (Mode is { } mode && mode != state.DualWrite.Mode) lines.Add($"DUAL_WRITE_MODE is {mode.Wire()} here; the cluster says {state.DualWrite.Mode.Wire()}");
        return lines;
    }
}
