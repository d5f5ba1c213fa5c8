using System.Text.RegularExpressions;

namespace GaiaOrleans.Deploy.Tests.Monitoring;

/// <summary>One answer of <c>/metrics</c>.</summary>
public sealed partial class Scrape(string text)
{
    private readonly IReadOnlyList<string> _lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public string Text => text;

    /// <summary>The metrics, as their TYPE lines name them.</summary>
    public IReadOnlySet<string> Names => Typed("TYPE").ToHashSet();

    /// <summary>Those with a text that says what they are.</summary>
    public IReadOnlySet<string> Helped => Typed("HELP").ToHashSet();

    /// <summary>The values of a metric by the labels that are its own, in the order of their names: <c>operation=put,side=go</c>.</summary>
    public IReadOnlyDictionary<string, string> Series(string metric) => _lines
        .Select(l => Sample().Match(l)).Where(m => m.Success && m.Groups[1].Value == metric)
        .ToDictionary(m => string.Join(',', Label().Matches(m.Groups[2].Value).Select(l => (Name: l.Groups[1].Value, Value: l.Groups[2].Value))
            .Where(l => !l.Name.StartsWith("otel_scope", StringComparison.Ordinal)).OrderBy(l => l.Name, StringComparer.Ordinal).Select(l => $"{l.Name}={l.Value}")), m => m.Groups[3].Value);

    /// <summary>Only the metrics that are ours, as a scrape of their own.</summary>
    public string Ours() => string.Join('\n', _lines.Where(l => l.StartsWith("gaia_", StringComparison.Ordinal) || Comment().IsMatch(l))) + "\n";

    private IEnumerable<string> Typed(string kind) => _lines.Where(l => l.StartsWith($"# {kind} ", StringComparison.Ordinal) && l.Split(' ').Length > 3).Select(l => l.Split(' ')[2]);

    [GeneratedRegex(@"^([a-z_]+)(?:\{(.*)\})? ([^ ]+)(?: \d+)?$")]
    private static partial Regex Sample();

    [GeneratedRegex("([a-z_]+)=\"([^\"]*)\"")]
    private static partial Regex Label();

    [GeneratedRegex("^# [A-Z]+ gaia_")]
    private static partial Regex Comment();
}
