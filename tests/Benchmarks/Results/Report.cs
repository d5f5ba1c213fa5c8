using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace GaiaOrleans.Benchmarks.Results;

/// <summary>The table: for people line by line as it comes, for programs as JSON that is whole after each row.</summary>
/// <param name="file">Null = no JSON is asked for.</param>
/// <param name="before">Null = it is compared with no earlier run.</param>
internal sealed class Report(Machine machine, BenchSize size, string? file, EarlierRun? before)
{
    private static readonly JsonSerializerOptions Wire = new(EarlierRun.Wire)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    private readonly List<Row> _rows = [];
    private readonly List<object> _skipped = [], _failed = [];

    /// <summary>Everything could be measured, or was left out for a reason.</summary>
    public bool Sound => _failed.Count == 0;

    public Task Begin(CancellationToken cancellation)
    {
        Console.WriteLine(machine);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{size.Rounds} rounds after {BenchSize.WarmUps} to warm up, {size.LoadSeconds} s of load each, {size.Sessions} sessions{(size == BenchSize.Quick ? "; quick: the verdicts say nothing" : "")}"));
        Console.WriteLine();
        Console.WriteLine($"{"row",-13} {"ours",10} {"theirs",10} {"unit",-12} {"ratio",7} {"spread",7}  {(before is null ? "" : $"{"before",7}  ")}{"goal",-24} met");
        // A file that cannot be written is better known now than after an hour.
        return Write(cancellation);
    }

    public Task Add(Row row, CancellationToken cancellation)
    {
        _rows.Add(row);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{row.Name,-13} {Figure(row.Ours),10} {Figure(row.Theirs),10} {row.Unit,-12} {row.Ratio,7:0.00} {row.Spread,7:0%}  {Before(row)}{row.Goal,-24} {Said(row)}"));
        Console.WriteLine($"              {row.Explanation}");
        return Write(cancellation);
    }

    public void End()
    {
        if (before is not null) Console.WriteLine($"\n{before.Compare(_rows)}");
    }

    public Task Skip(string name, string reason, CancellationToken cancellation)
    {
        _skipped.Add(new { Name = name, Reason = reason });
        Console.WriteLine($"{name,-13} skipped: {reason}");
        return Write(cancellation);
    }

    public Task Fail(string name, string reason, CancellationToken cancellation)
    {
        _failed.Add(new { Name = name, Reason = reason });
        Console.Error.WriteLine($"bench: {name}: {reason}");
        return Write(cancellation);
    }

    /// <summary>Something on the way to a row.</summary>
    public static void Note(string text) => Console.Error.WriteLine($"  {text}");

    private async Task Write(CancellationToken cancellation)
    {
        if (file is null) return;
        await using var stream = File.Create(file);
        await JsonSerializer.SerializeAsync(stream, new { Machine = machine, Quick = size == BenchSize.Quick, size.Rounds, size.LoadSeconds, Rows = _rows, Skipped = _skipped, Failed = _failed }, Wire, cancellation);
    }

    private string Before(Row row) => before is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{before.Figure(row.Name),7:0.00}  ");

    private static string Said(Row row) => row.Verdict switch
    {
        Verdict.Open => $"open ({(row.Met ? "yes" : "no")})",
        Verdict.Yes => "yes",
        _ => "NO",
    };

    private static string Figure(double value) => value.ToString(value >= 100 ? "#,0" : "0.00", CultureInfo.InvariantCulture);
}
