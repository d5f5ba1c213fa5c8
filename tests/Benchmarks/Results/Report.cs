using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace GaiaOrleans.Benchmarks.Results;

/// <summary>The table: for people line by line as it comes, for programs as JSON at the end.</summary>
internal static class Report
{
    private static readonly JsonSerializerOptions Wire = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    public static void Begin(Machine machine, BenchSize size)
    {
        Console.WriteLine(machine);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{size.Rounds} rounds after a warm-up, {size.Sessions} sessions{(size == BenchSize.Quick ? "; quick: the verdicts say nothing" : "")}"));
        Console.WriteLine();
        Console.WriteLine($"{"row",-13} {"ours",10} {"theirs",10} {"unit",-12} {"ratio",7} {"spread",7}  {"goal",-24} met");
    }

    public static void Show(Row row)
    {
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{row.Name,-13} {Figure(row.Ours),10} {Figure(row.Theirs),10} {row.Unit,-12} {row.Ratio,7:0.00} {row.Spread,7:0%}  {row.Goal,-24} {(row.Met ? "yes" : "NO")}"));
        Console.WriteLine($"              {row.Explanation}");
    }

    /// <summary>Something on the way to a row.</summary>
    public static void Note(string text) => Console.Error.WriteLine($"  {text}");

    public static async Task Write(string file, Machine machine, IReadOnlyList<Row> rows, CancellationToken cancellation)
    {
        await using var stream = File.Create(file);
        await JsonSerializer.SerializeAsync(stream, new { Machine = machine, Rows = rows }, Wire, cancellation);
    }

    private static string Figure(double value) => value.ToString(value >= 100 ? "#,0" : "0.00", CultureInfo.InvariantCulture);
}
