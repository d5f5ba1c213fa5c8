using System.Text.Encodings.Web;
using System.Text.Json;
using GaiaOrleans.Chaos.Checks;
using GaiaOrleans.Chaos.History;

namespace GaiaOrleans.Chaos.Results;

/// <summary>What came of a run, for people and for programs.</summary>
internal sealed record ChaosReport(
    double Seconds, int Seed, IReadOnlyDictionary<string, int> Faults, IReadOnlyDictionary<string, int> Changes, int Operations, int Acknowledged, int Unknown,
    long Lists, int Excused, int Lost, int Doubled, int StaleAfterFence, int Diverged, IReadOnlyList<ReportedViolation> Violations)
{
    private const int MostShown = 10, MostExplained = 100;

    private static readonly JsonSerializerOptions Wire = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, WriteIndented = true };

    /// <summary>Why a run without a violation says nothing; null = it says something.</summary>
    public string? Hollow => Acknowledged == 0 ? "nobody was told of anything that could have been lost" : Faults.Values.Sum() == 0 ? "nothing was broken" : null;

    public static ChaosReport Of(int seed, TimeSpan length, IReadOnlyDictionary<string, int> faults, Recorder recorder, IReadOnlyList<Violation> violations, int excused)
    {
        var happened = Happened.Of(recorder);
        // A list is checked as a read of every session, and is one operation of none.
        var operations = recorder.Operations.Where(o => !o.Listed).ToList();
        return new(
            length.TotalSeconds, seed, faults, recorder.Changes, operations.Count, operations.Count(o => o.Outcome == Outcome.Done), operations.Count(o => o.Outcome == Outcome.Unknown),
            recorder.Lists, excused, Count(ViolationKind.Lost), Count(ViolationKind.Doubled), Count(ViolationKind.StaleAfterFence), Count(ViolationKind.Diverged),
            [.. violations.Select((v, i) => ReportedViolation.Of(v, i < MostExplained ? happened : Happened.Nothing))]);

        int Count(string kind) => violations.Count(v => v.Kind == kind);
    }

    public void Show(TextWriter output)
    {
        output.WriteLine($"seed {Seed}, {Seconds:0} s: {Operations} operations, {Acknowledged} acknowledged, {Unknown} of unknown outcome; {Lists} lists");
        output.WriteLine($"faults: {string.Join(", ", Faults.Where(f => f.Value > 0).Select(f => $"{f.Key} {f.Value}"))}");
        output.WriteLine($"done by the operator: {string.Join(", ", Changes.Select(c => $"{c.Key} {c.Value}"))}");
        output.WriteLine($"{Excused} values came back where GAIA_HOME was alone, or might have been late");
        output.WriteLine($"lost {Lost}, doubled {Doubled}, stale after a fence {StaleAfterFence}, diverged {Diverged}; {Violations.Count} violations");
        foreach (var violation in Violations.Take(MostShown)) output.WriteLine(violation);
        if (Hollow is { } why) output.WriteLine($"this run proves nothing: {why}");
        if (Violations.Count > MostShown) output.WriteLine($"and {Violations.Count - MostShown} more (--json has them all)");
    }

    public async Task Write(string file, CancellationToken cancellation)
    {
        await using var stream = File.Create(file);
        await JsonSerializer.SerializeAsync(stream, this, Wire, cancellation);
    }
}

/// <summary>A violation with what happened around it.</summary>
/// <param name="History">The operations that show it, the faults and changes of the rollout between them, and what silos and gateways logged meanwhile, with seconds since the first event of the run.</param>
internal sealed record ReportedViolation(string Kind, string Session, string What, IReadOnlyList<string> History)
{
    private const int MostLogged = 60;
    private const int MostOperations = 100;
    private const int LongestLine = 400;
    private static readonly TimeSpan Around = TimeSpan.FromSeconds(5);

    public static ReportedViolation Of(Violation violation, Happened happened)
    {
        var events = happened.Events;
        var origin = events.Select(e => e.At).DefaultIfEmpty(0).Min();
        var shown = violation.Operations.Select(o => (Operation: o, Mark: "> ")).ToList();
        if (shown.Count > 0)
        {
            // What else happened to the session meanwhile is half of an explanation.
            var (first, last) = (Seconds(shown.Min(s => s.Operation.Invoked)) - 1, Seconds(shown.Max(s => s.Operation.Answered)) + 1);
            shown.AddRange(happened.Operations[violation.Session].Where(o => Seconds(o.Answered) >= first && Seconds(o.Invoked) <= last).Except(violation.Operations)
                .OrderByDescending(o => o.Answered).Take(MostOperations).Select(o => (o, "")));
        }

        var lines = shown.Select(s => (At: s.Operation.Invoked, Text: $"{s.Mark}{Seconds(s.Operation.Invoked):0.000} to {Seconds(s.Operation.Answered):0.000}: {s.Operation}")).ToList();
        // What shows in no operation shows when everything should have been whole again.
        var rest = events.Where(e => e.What == "rest").Select(e => Seconds(e.At)).LastOrDefault();
        var (from, to) = lines.Count > 0
            ? (Seconds(violation.Operations.Min(o => o.Invoked)) - Around.TotalSeconds, Seconds(violation.Operations.Max(o => o.Answered)) + 1)
            : violation.At is { } at ? (Seconds(at) - 1, Seconds(at) + 1) : (rest - Around.TotalSeconds, double.MaxValue);
        var logged = happened.Log.Where(l => Within(l.At));
        // The nearest to it, where there is more than anybody reads.
        lines.AddRange((violation.At is { } moment ? logged.OrderBy(l => Math.Abs(l.At - moment)).Take(MostLogged) : logged.TakeLast(MostLogged)).Select(l => (l.At, $"{Seconds(l.At):0.000}: {Cut(l.Line)}")));
        lines.AddRange(events.Where(e => Within(e.At)).Select(e => (e.At, $"{Seconds(e.At):0.000}: {e.What}")));
        return new(violation.Kind, violation.Session, violation.What, [.. lines.OrderBy(l => l.At).Select(l => l.Text)]);

        bool Within(long at) => Seconds(at) >= from && Seconds(at) <= to;

        double Seconds(long at) => TimeProvider.System.GetElapsedTime(origin, at).TotalSeconds;
    }

    private static string Cut(string line) => line.Length <= LongestLine ? line : string.Concat(line.AsSpan(0, LongestLine), "…");

    public override string ToString() => string.Join(Environment.NewLine + "    ", [$"  {Kind} {Session}: {What}", .. History]);
}

/// <summary>What was recorded, taken once: there may be many violations to look into it for.</summary>
internal sealed record Happened(ILookup<string, Operation> Operations, IReadOnlyList<(long At, string What)> Events, IReadOnlyList<(long At, string Line)> Log)
{
    public static readonly Happened Nothing = new(Array.Empty<Operation>().ToLookup(o => o.Session), [], []);

    public static Happened Of(Recorder recorder) => new(recorder.Operations.ToLookup(o => o.Session), recorder.Events, recorder.Log);
}
