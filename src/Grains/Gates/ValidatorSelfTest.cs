using System.Text.Json;
using GaiaOrleans.Grains.Sessions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace GaiaOrleans.Grains.Gates;

/// <summary>How the comparison judged the built-in pairs.</summary>
/// <param name="Skipped">Pairs of fields that configuration gives another rule or tolerance: what is right for them is the operator's to say.</param>
/// <param name="Wrong">The pairs it judged wrong.</param>
public sealed record SelfTestResult(int Pairs, int Skipped, IReadOnlyList<string> Wrong);

/// <summary>Puts pairs of which the answer is known before the comparison that verification uses, as this silo has it configured, once at start.</summary>
public sealed partial class ValidatorSelfTest(DiffRules rules, ILogger<ValidatorSelfTest> logger) : IHostedService
{
    private sealed record Pair(string Field, string Python, string Go, bool Same);

    // The guide's three false positives, and next to each what must not slip through with it.
    private static readonly Pair[] Pairs =
    [
        new("last_heartbeat", "\"2026-01-31T12:00:00.123456\"", "\"2026-01-31T12:00:00.123456Z\"", true),
        new("last_heartbeat", "\"Sat, 31 Jan 2026 12:00:00 GMT\"", "\"2026-01-31T12:00:00.789012Z\"", true),
        new("last_heartbeat", "1769860800", "\"2026-01-31T12:00:00Z\"", true),
        new("last_heartbeat", "\"2026-01-31T12:00:00+01:00\"", "\"2026-01-31T12:00:00Z\"", false),
        new("last_heartbeat", "\"2026-01-31T12:00:02\"", "\"2026-01-31T12:00:00Z\"", false),
        new("status", "\"SessionStatus.ACTIVE\"", "\"active\"", true),
        new("status", "\"active\"", "\"idle\"", false),
        new("tier", "\"Tier.HIGH_LEVEL\"", "\"high_level\"", true),
        new("tier", "\"worker\"", "\"manager\"", false),
        new("metadata", """{"a":1,"b":{"c":[1,2]}}""", """{"b":{"c":[1.0,2]},"a":1}""", true),
        new("metadata", """{"a":[1,2]}""", """{"a":[2,1]}""", false),
        new("metadata", """{"a":1}""", "{}", false),
        new("consecutive_failures", "\"3\"", "3", true),
        new("consecutive_failures", "3", "4", false),
        new("session_name", "\"a\"", "\"a\"", true),
        new("session_name", "\"a\"", "\"A\"", false),
        new("session_name", "\"a\"", "null", false),
        new("not_in_the_schema", """{"x":1,"y":2}""", """{"y":2,"x":1}""", true),
        new("not_in_the_schema", "\"1\"", "1", false),
    ];

    public SelfTestResult? Result { get; private set; }

    public static SelfTestResult Run(DiffRules rules)
    {
        var judged = Pairs.Where(p => rules.For(p.Field) == DiffRules.Default.For(p.Field) && (rules.For(p.Field) != DiffRule.Timestamp || rules.TimestampTolerance == DiffRules.Default.TimestampTolerance)).ToList();
        return new(judged.Count, Pairs.Length - judged.Count, [.. judged.Where(p => Equal(p, rules) != p.Same).Select(Describe)]);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Result = Run(rules);
        if (Result.Wrong.Count > 0) LogWrong(logger, string.Join("; ", Result.Wrong));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static bool Equal(Pair pair, DiffRules rules)
    {
        using var python = JsonDocument.Parse($"{{\"{pair.Field}\":{pair.Python}}}");
        using var go = JsonDocument.Parse($"{{\"{pair.Field}\":{pair.Go}}}");
        return SessionDiff.Compare(python.RootElement, go.RootElement, rules).Equal;
    }

    private static string Describe(Pair pair) => $"{pair.Field} {pair.Python} and {pair.Go} are {(pair.Same ? "the same" : "different")}";

    [LoggerMessage(Level = LogLevel.Error, Message = "The comparison of sessions judges wrong, so no verification can be believed: {Pairs}")]
    private static partial void LogWrong(ILogger logger, string pairs);
}
