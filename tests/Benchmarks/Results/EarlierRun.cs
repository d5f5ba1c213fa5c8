using System.Text.Json;
using System.Text.Json.Serialization;

namespace GaiaOrleans.Benchmarks.Results;

/// <summary>The table of a run before this one, as <c>--json</c> has written it.</summary>
internal sealed class EarlierRun(IReadOnlyDictionary<string, EarlierRun.EarlierRow> rows)
{
    internal static readonly JsonSerializerOptions Wire = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter<Verdict>(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <exception cref="BenchFailedException">There is no such table in it.</exception>
    public static EarlierRun Read(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            return new(JsonSerializer.Deserialize<Table>(stream, Wire)!.Rows.ToDictionary(r => r.Name));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new BenchFailedException($"{file} is no table of an earlier run: {e.Message}");
        }
    }

    /// <summary>Its ratio, or what was measured where that is compared with nothing; null = it had no such row.</summary>
    public double? Figure(string row) => rows.TryGetValue(row, out var before) ? before.Ratio > 0 ? before.Ratio : before.Ours : null;

    /// <summary>Whether each goal stands as it did. A verdict that was open contradicts none.</summary>
    public string Compare(IReadOnlyList<Row> now)
    {
        var both = now.Where(r => rows.ContainsKey(r.Name)).ToLookup(r => (r.Verdict, rows[r.Name].Verdict) switch
        {
            var (a, b) when a == b => "the same",
            (Verdict.Open, _) or (_, Verdict.Open) => "open in one of them",
            _ => "contrary",
        });
        return $"of {both.Sum(g => g.Count())} rows that both runs have, the verdicts of {both["the same"].Count()} are the same; open in one of them: {Names("open in one of them")}; contrary: {Names("contrary")}; in one of the runs alone: {Alone()}";

        string Alone() => string.Join(", ", rows.Keys.Except(now.Select(r => r.Name)).Concat(now.Select(r => r.Name).Except(rows.Keys)).DefaultIfEmpty("none"));

        string Names(string kind) => both[kind].Any() ? string.Join(", ", both[kind].Select(r => r.Name)) : "none";
    }

    internal sealed record EarlierRow(string Name, double Ours, double Ratio, [property: JsonRequired] Verdict Verdict);

    internal sealed record Table([property: JsonRequired] IReadOnlyList<EarlierRow> Rows);
}
