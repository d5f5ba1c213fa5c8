using Microsoft.Extensions.Options;

namespace GaiaOrleans.Grains.Retention;

/// <summary>How long what is no longer needed is kept. Section <c>Retention</c>.</summary>
public sealed class RetentionOptions
{
    /// <summary>How long a resolved error or validation error is kept after it was found. Open ones stay. Default: 30 days.</summary>
    public TimeSpan Errors { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long the counts are kept minute by minute; older ones are only a part of the totals. Default: 90 days.</summary>
    public TimeSpan Windows { get; set; } = TimeSpan.FromDays(90);

    /// <summary>How long a deleted session is remembered after legacy has acknowledged the delete. Its versions start again afterwards. Default: 30 days.</summary>
    public TimeSpan Tombstones { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long an idempotency key is known. Default: 24 hours.</summary>
    public TimeSpan Keys { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How long events are kept; who watches cannot go back further. Default: 365 days.</summary>
    public TimeSpan Events { get; set; } = TimeSpan.FromDays(365);

    /// <summary>How long attempts to deliver events to webhooks are kept. Default: 30 days.</summary>
    public TimeSpan Deliveries { get; set; } = TimeSpan.FromDays(30);
}

/// <summary>Every failure at once, each with what to set instead.</summary>
public sealed class RetentionOptionsValidator : IValidateOptions<RetentionOptions>
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    public ValidateOptionsResult Validate(string? name, RetentionOptions options)
    {
        var failures = new List<string>();
        Check("Errors", options.Errors, TimeSpan.FromHours(1), Longest, "is too short to look at an error");
        // The guide's longest soak is seven days.
        Check("Windows", options.Windows, TimeSpan.FromDays(8), Longest, "is shorter than the soaks that are proven with them");
        Check("Tombstones", options.Tombstones, TimeSpan.FromDays(1), Longest, "would forget a delete that legacy may still show");
        Check("Keys", options.Keys, TimeSpan.FromHours(1), TimeSpan.FromDays(30), "would forget a key that its client may still repeat");
        Check("Events", options.Events, TimeSpan.FromDays(8), Longest, "is shorter than a webhook may be behind or a soak takes");
        Check("Deliveries", options.Deliveries, TimeSpan.FromHours(1), Longest, "is too short to look at a delivery");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void Check(string setting, TimeSpan value, TimeSpan least, TimeSpan most, string tooShort)
        {
            if (value >= least && value <= most) return;
            failures.Add($"Retention:{setting} is {value}, which {(value < least ? tooShort : "is too long")}. Set Retention__{setting} from {least} to {most} (environment).");
        }
    }
}
