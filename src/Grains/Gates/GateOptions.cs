using System.Globalization;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Grains.Gates;

/// <summary>What the gates ask for: the guide's success criteria. Section <c>Rollout:Gates</c>.</summary>
public sealed class GateOptions
{
    /// <summary>More than this share of the dual writes must have reached both sides at the first attempt, 0 to 1. Default: 0.99.</summary>
    public double DualWriteSuccess { get; set; } = 0.99;

    /// <summary>Below this many writes, or requests of a side, a share or a percentile says nothing. Default: 1000.</summary>
    public long MinWrites { get; set; } = 1_000;

    /// <summary>How long at least half of the traffic must have been on the target before monitoring. Default: 48 h.</summary>
    public TimeSpan SoakAt50 { get; set; } = TimeSpan.FromHours(48);

    /// <summary>The highest share of session requests that may have been answered 5xx, 0 to 1. Default: 0.005.</summary>
    public double ErrorRate { get; set; } = 0.005;

    /// <summary>The target's p95 may be at most this many times legacy's. Default: 1.5.</summary>
    public double LatencyRatio { get; set; } = 1.5;

    /// <summary>How long at 50 % or more, without a breach of the guard, before cutover. Default: 7 days.</summary>
    public TimeSpan SoakMonitoring { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How long at 100 %, without a breach of the guard, before deprecation. Default: 24 h.</summary>
    public TimeSpan SoakAt100 { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How long ago the metrics of each silo may have been scraped. Default: 5 min.</summary>
    public TimeSpan ScrapeWithin { get; set; } = TimeSpan.FromMinutes(5);
}

internal sealed class GateOptionsValidator : IValidateOptions<GateOptions>
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(60);

    public ValidateOptionsResult Validate(string? name, GateOptions options)
    {
        var failures = new List<string>();
        Between(nameof(options.DualWriteSuccess), options.DualWriteSuccess, 0, 1, "0.99");
        Between(nameof(options.ErrorRate), options.ErrorRate, 0, 1, "0.005");
        Between(nameof(options.LatencyRatio), options.LatencyRatio, 0.1, 100, "1.5");
        Between(nameof(options.MinWrites), options.MinWrites, 1, 1e9, "1000");
        Span(nameof(options.SoakAt50), options.SoakAt50, "2.00:00:00");
        Span(nameof(options.SoakMonitoring), options.SoakMonitoring, "7.00:00:00");
        Span(nameof(options.SoakAt100), options.SoakAt100, "1.00:00:00");
        Span(nameof(options.ScrapeWithin), options.ScrapeWithin, "00:05:00");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void Between(string setting, double value, double least, double most, string example)
        {
            if (value >= least && value <= most) return;
            failures.Add(string.Create(CultureInfo.InvariantCulture, $"Rollout:Gates:{setting} is {value}; set it between {least} and {most}, for example {example} (environment: Rollout__Gates__{setting})."));
        }

        void Span(string setting, TimeSpan value, string example)
        {
            if (value >= TimeSpan.FromMinutes(1) && value <= Longest) return;
            failures.Add($"Rollout:Gates:{setting} is {value}; set it between one minute and {Longest.TotalDays:0} days, for example {example} (environment: Rollout__Gates__{setting}). A rehearsal shortens soaks by itself.");
        }
    }
}
