using System.Net;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Webhooks;
using GaiaOrleans.Grains.Events;

namespace GaiaOrleans.Grains.Webhooks;

/// <summary>A webhook as it is stored: what operators see, and the secret.</summary>
[GenerateSerializer, Immutable, Alias("gaia.webhook.stored")]
public sealed record StoredWebhook([property: Id(0)] Webhook Webhook, [property: Id(1)] WebhookSecret Secret);

/// <summary>The rules of webhooks: what may be one, what it gets, and what an attempt changes.</summary>
public static class WebhookRules
{
    private const int LongestUrl = 2_000;

    /// <exception cref="InvalidInputException">It cannot be reached, or must not be.</exception>
    public static void CheckUrl(string url, bool allowPrivate)
    {
        if (url.Length > LongestUrl) throw Wrong($"is longer than {LongestUrl} characters");
        if (!Uri.TryCreate(url, UriKind.Absolute, out var parsed) || parsed.Scheme is not ("http" or "https") || parsed.Host.Length == 0) throw Wrong("must be an http or https address");
        if (parsed.UserInfo.Length > 0) throw Wrong("must not carry a name or password: it is shown in lists");
        if (parsed.Fragment.Length > 0) throw Wrong("has a fragment, which is never sent");
        if (!allowPrivate && IPAddress.TryParse(parsed.DnsSafeHost, out var address) && WebhookAddress.IsInside(address))
            throw Wrong("is an address within a network; Webhooks:AllowPrivate allows that");

        static InvalidInputException Wrong(string what) => InvalidInputException.Field("url", what);
    }

    public static Webhook Of(string id, WebhookRequest request, long newest, DateTimeOffset now) =>
        new(id, request.Url, request.Kinds, now, request.Caller.Actor, newest, Failures: 0, Trouble: null, NextAttemptAt: null, Disabled: null);

    public static bool Wants(Webhook webhook, MigrationEvent e) => webhook.Kinds.Length == 0 || webhook.Kinds.Contains(e.Kind);

    /// <summary>Whether an event may be delivered now. A time that no retry is put off until was written by a silo whose clock was ahead.</summary>
    public static bool Due(Webhook webhook, DateTimeOffset now, WebhookOptions options) =>
        webhook.Disabled is null && !(webhook.NextAttemptAt > now && webhook.NextAttemptAt - now <= options.LongestRetry);

    /// <summary>The webhook after an attempt to deliver <paramref name="e"/>.</summary>
    /// <param name="jitter">0–1.</param>
    public static Webhook After(Webhook webhook, MigrationEvent e, WebhookAnswer answer, DateTimeOffset now, double jitter, WebhookOptions options)
    {
        if (answer.Delivered) return webhook with { Cursor = e.Id, Failures = 0, Trouble = null, NextAttemptAt = null };
        var failed = webhook with { Failures = webhook.Failures + 1, Trouble = answer.Reason, NextAttemptAt = now + Backoff(webhook.Failures, jitter, options) };
        return failed.Failures < options.DisableAfter
            ? failed
            : failed with { NextAttemptAt = null, Disabled = $"{failed.Failures} attempts in a row have failed, the last: {answer.Reason}" };
    }

    public static EventDraft DisabledEvent(Webhook webhook) =>
        // Who watches need not know the whole address, which may carry a token.
        EventDraft.Of(EventKinds.Webhook, new { Action = "disabled", webhook.Id, new Uri(webhook.Url).Host, webhook.Cursor, Reason = webhook.Disabled }, $"webhook/{webhook.Id}/disabled");

    private static TimeSpan Backoff(int failures, double jitter, WebhookOptions options) =>
        TimeSpan.FromSeconds(Math.Min(options.LongestRetry.TotalSeconds, options.FirstRetry.TotalSeconds * Math.Pow(2, Math.Min(failures, 30))) * (0.5 + jitter / 2));
}
