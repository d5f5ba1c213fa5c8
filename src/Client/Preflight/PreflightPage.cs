using System.Globalization;
using System.Text.Json;
using GaiaOrleans.Client.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace GaiaOrleans.Client.Preflight;

/// <summary>The verdict, what was seen, what to set, what was found.</summary>
internal static class PreflightPage
{
    public static IRenderable Of(JsonElement report)
    {
        var facts = report.Member("facts") ?? default;
        return new Rows(
            Verdict(report, facts),
            Text.Empty,
            Seen(report, facts),
            Text.Empty,
            Cell.Of("settings of silos and gateways", Cell.Quiet),
            Settings(report),
            Text.Empty,
            Listing.Of(
                report.Items("findings"),
                "nothing to note",
                Column.StateOf("severity"),
                Column.Of("what", wraps: true),
                Column.Of("evidence", wraps: true),
                Column.Of("remedy", wraps: true)));
    }

    private static Text Verdict(JsonElement report, JsonElement facts)
    {
        var blockers = report.Items("findings").Count(f => f.Text("severity") == "blocker");
        var notes = report.Items("findings").Count(f => f.Text("severity") == "warning");
        var where = facts.Text("legacy");
        return report.Text("verdict") switch
        {
            "ready" => Cell.Of($"READY: {where} can be migrated", Cell.Good),
            "ready_with_notes" => Cell.Of($"READY WITH NOTES: {where} can be migrated, {Number(notes)} to settle or to know", Cell.Doubtful),
            var verdict => Cell.Of($"{verdict?.ToUpperInvariant()}: {where} cannot be migrated as it is, {Number(blockers)} in the way", Cell.Bad),
        };
    }

    private static IRenderable Seen(JsonElement report, JsonElement facts)
    {
        var shown = new Facts();
        if (facts.Member("health") is { } health) shown.Add("health", health.Text("status") is { } status ? $"{status} in {health.Text("latency_ms")} ms" : "no answer");
        if (facts.Member("list") is { } list && list.Text("shape") is { } shape)
            shown.Add("list", $"{shape}, paging {list.Text("paging") ?? "unknown"}, ids in {list.Text("id_field") ?? "-"}; {list.Text("sessions")} of {list.Text("total") ?? "?"} sessions in {list.Text("pages")} pages");
        foreach (var (name, member) in (ReadOnlySpan<(string, string)>)[("times", "timestamps"), ("enums", "enums")])
            if (facts.Member("records")?.Member(member) is { } spelled && Spellings(spelled) is { Length: > 0 } spellings) shown.Add(name, spellings);
        if (facts.Member("records")?.Member("unknown_fields") is { } unknown && Pairs(unknown) is { Length: > 0 } kept) shown.Add("kept as is", kept);
        if (facts.Member("records")?.Member("largest") is { } largest) shown.Add("largest", $"{largest.Text("bytes")} bytes ({largest.Text("id") ?? "no id"})");
        if (facts.Member("reads") is { } reads) shown.Add("read alone", $"{reads.Text("found")} of {reads.Text("asked")}, {reads.Text("reread")} of them twice");
        if (facts.Member("list_page_latency") is { } page) shown.Add("list page", $"{Latency(page)}, {facts.Text("listed_per_s")} sessions/s");
        if (facts.Member("single_read_latency") is { } single) shown.Add("one session", Latency(single));
        if (report.Member("estimate") is { } estimate)
            shown.Add("migrate run", estimate.Number("at_least_seconds") is { } seconds ? $"at least {Span(seconds)}: {estimate.Text("how")}" : estimate.Text("how"));
        return shown.Add("asked", $"{facts.Text("requests")} requests, {facts.Text("failed_requests")} failed, {Span((facts.Number("took_ms") ?? 0) / 1_000)}").Shown;
    }

    private static IRenderable Settings(JsonElement report)
    {
        var shown = new Facts();
        foreach (var setting in report.Items("settings"))
            shown.Add($"{setting.Text("name")}={setting.Text("value")}", setting.Text("value") == setting.Text("current") ? "as it is" : $"{setting.Text("why")} (now {setting.Text("current") ?? "not set"})");
        return shown.Shown;
    }

    /// <summary>All fields together: one that differs from the rest has a finding, or is in the JSON.</summary>
    private static string Spellings(JsonElement fields)
    {
        var counts = new Dictionary<string, double>();
        foreach (var spelling in fields.EnumerateObject().SelectMany(f => (f.Value.Member("spellings") ?? f.Value).EnumerateObject()))
            counts[spelling.Name] = counts.GetValueOrDefault(spelling.Name) + (spelling.Value.ValueKind == JsonValueKind.Number ? spelling.Value.GetDouble() : 0);
        return string.Join(", ", counts.OrderByDescending(c => c.Value).Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Key} {c.Value}")));
    }

    private static string Pairs(JsonElement counts) => string.Join(", ", counts.EnumerateObject().Take(8).Select(c => $"{c.Name} {c.Value.Shown()}"));

    private static string Latency(JsonElement latency) => $"p50 {latency.Text("p50_ms")} ms, p95 {latency.Text("p95_ms")} ms ({latency.Text("count")} times)";

    private static string Number(int things) => things == 1 ? "1 thing" : $"{things} things";

    private static string Span(double seconds) => seconds switch
    {
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.##} s"),
        < 3_600 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:0.#} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3_600:0.#} h"),
    };
}
