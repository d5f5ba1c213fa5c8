using System.Diagnostics.Metrics;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Telemetry;

/// <summary>What happens to sessions, as events; callers see neither counters nor tags.</summary>
public sealed class SessionInstruments
{
    public const string MeterName = "GaiaOrleans";

    private const string Commit = "commit";
    private const string Failed = "failed";

    /// <summary>From half a millisecond to ten seconds: where both sides and their timeouts live.</summary>
    private static readonly InstrumentAdvice<double> Buckets = new()
    {
        HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.015, 0.02, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    private readonly MigrationTally _tally;
    private readonly Counter<long> _dualWrites;
    private readonly Histogram<double> _dualWriteDuration;
    private readonly Histogram<double> _sideDuration;
    private readonly Counter<long> _errors;
    private readonly Counter<long> _adopted;
    private readonly Counter<long> _noise;
    private readonly Counter<long> _conflicts;
    private readonly FieldCounts _baseline = new();

    public SessionInstruments(IMeterFactory meters, MigrationTally tally)
    {
        _tally = tally;
        var meter = meters.Create(MeterName);
        _dualWrites = meter.CreateCounter<long>("gaia_dual_writes", description: "Dual writes by mode and outcome.");
        _dualWriteDuration = meter.CreateHistogram("gaia_dual_write_duration", "s", "Duration of a dual write as its client saw it.", advice: Buckets);
        _sideDuration = meter.CreateHistogram("gaia_side_duration", "s", "Duration of calls to one side alone.", advice: Buckets);
        _errors = meter.CreateCounter<long>("gaia_errors", description: "Failures by side, operation and code.");
        _adopted = meter.CreateCounter<long>("gaia_adopted_sessions", description: "Sessions whose legacy document became the row's state.");
        _noise = meter.CreateCounter<long>("gaia_diff_noise", description: "Differences in spelling that a rule excused.");
        _conflicts = meter.CreateCounter<long>("gaia_conflicts", description: "Fields found changed on both sides, by what became of them at once: resolved by the strategy, or open.");
        meter.CreateObservableCounter("gaia_shadow_baseline", _baseline.Measure, description: "Fields in which two reads of legacy differed from each other, with no change between them.");
    }

    /// <summary>
    /// Every known series at 0, so that a query for it finds 0 and not nothing. Called once metrics are collected: what is recorded before is lost.
    /// </summary>
    public void Foresee()
    {
        foreach (var mode in Enum.GetValues<DualWriteMode>())
            foreach (var outcome in (ReadOnlySpan<string>)["success", "partial", Failed])
                _dualWrites.Add(0, Tag("mode", Wire(mode)), Tag("outcome", outcome));
        foreach (var operation in (ReadOnlySpan<string>)["put", "delete"])
            foreach (var code in LegacyTrouble.All)
                _errors.Add(0, Tag("side", Side.Python.Wire()), Tag("operation", operation), Tag("code", code));
        _errors.Add(0, Tag("side", Side.Go.Wire()), Tag("operation", Commit), Tag("code", LegacyTrouble.Unavailable));
        foreach (var from in (ReadOnlySpan<string>)["read", "write", "session", "run"]) _adopted.Add(0, Tag("from", from));
        foreach (var outcome in (ReadOnlySpan<string>)["resolved", "open"]) _conflicts.Add(0, Tag("outcome", outcome));
        foreach (var rule in Enum.GetNames<DiffRule>()) _noise.Add(0, Tag("rule", rule.ToLowerInvariant()));
    }

    /// <param name="outcome">Of the first attempt.</param>
    /// <param name="duration">Until the client was answered.</param>
    public void OnWrite(DualWriteMode mode, DualWriteOutcome outcome, TimeSpan duration)
    {
        _dualWrites.Add(1, Tag("mode", Wire(mode)), Tag("outcome", outcome.ToString().ToLowerInvariant()));
        _dualWriteDuration.Record(duration.TotalSeconds, Tag("mode", Wire(mode)));
        if (outcome == DualWriteOutcome.Success) _tally.Successful(duration);
        else _tally.Partial(duration);
    }

    public void OnFailedWrite(DualWriteMode mode)
    {
        _dualWrites.Add(1, Tag("mode", Wire(mode)), Tag("outcome", Failed));
        _tally.Failed();
    }

    public void OnCommit(TimeSpan duration, bool ok)
    {
        _tally.Go(duration, ok);
        _sideDuration.Record(duration.TotalSeconds, Tag("side", Side.Go.Wire()), Tag("operation", Commit));
        if (!ok) _errors.Add(1, Tag("side", Side.Go.Wire()), Tag("operation", Commit), Tag("code", LegacyTrouble.Unavailable));
    }

    public void OnLegacyWrite(string operation, LegacyAnswer answer, TimeSpan duration)
    {
        var ok = answer is LegacyAnswer.Applied;
        _tally.Python(duration, ok);
        _sideDuration.Record(duration.TotalSeconds, Tag("side", Side.Python.Wire()), Tag("operation", operation));
        if (!ok) _errors.Add(1, Tag("side", Side.Python.Wire()), Tag("operation", operation), Tag("code", Code(answer)));
    }

    public void OnAdopted(string from)
    {
        _tally.Adopted();
        _adopted.Add(1, Tag("from", from));
    }

    public void OnConflict(string outcome, int fields)
    {
        if (fields > 0) _conflicts.Add(fields, Tag("outcome", outcome));
    }

    public void OnNoise(IReadOnlyDictionary<string, int> noise)
    {
        foreach (var (rule, count) in noise)
        {
            _noise.Add(count, Tag("rule", rule));
            _tally.Noise(rule, count);
        }
    }

    /// <summary>Fields about which legacy did not agree with itself.</summary>
    public void OnBaseline(IEnumerable<string> fields)
    {
        foreach (var field in fields) _baseline.Add(field);
    }

    private static string Code(LegacyAnswer answer) => answer switch
    {
        LegacyAnswer.Rejected => LegacyTrouble.Rejected,
        LegacyAnswer.Gone => LegacyTrouble.Gone,
        LegacyAnswer.Failed f => f.Code,
        LegacyAnswer.Unknown u => u.Code,
        _ => "none",
    };

    private static string Wire(DualWriteMode mode) => mode == DualWriteMode.GoLeads ? "go_leads" : "python_leads";

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
