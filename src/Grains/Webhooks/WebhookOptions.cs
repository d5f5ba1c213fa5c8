using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Grains.Webhooks;

/// <summary>How events are delivered to webhooks. Section <c>Webhooks</c>.</summary>
public sealed class WebhookOptions
{
    /// <summary>
    /// Whether a webhook may be within this network. Without it whoever may add webhooks could have the silos call what only they can reach.
    /// Default: false.
    /// </summary>
    public bool AllowPrivate { get; set; }

    /// <summary>How long one attempt may take. Default: 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>After how long a failed attempt is repeated; doubles with each further one. Default: 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan FirstRetry { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest time between two attempts. Default: 5 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan LongestRetry { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How many attempts in a row may fail before nothing is delivered any more. Default: 20, about an hour.</summary>
    [Range(1, 1_000)]
    public int DisableAfter { get; set; } = 20;

    /// <summary>How many webhooks there may be. Default: 50.</summary>
    [Range(1, 1_000)]
    public int Most { get; set; } = 50;
}

[OptionsValidator]
public sealed partial class WebhookOptionsValidator : IValidateOptions<WebhookOptions>;
