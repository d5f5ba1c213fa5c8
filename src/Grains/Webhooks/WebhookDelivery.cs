using GaiaOrleans.Contracts.Webhooks;
using GaiaOrleans.Grains.Events;

namespace GaiaOrleans.Grains.Webhooks;

/// <summary>How an attempt ended.</summary>
/// <param name="Status">What the receiver answered; null = it did not.</param>
/// <param name="Reason">Why it does not count as delivered; null = it does.</param>
public sealed record WebhookAnswer(int? Status, string? Reason, TimeSpan Took)
{
    public bool Delivered => Reason is null;
}

/// <summary>An attempt as the log keeps it.</summary>
public sealed record WebhookDelivery(
    long Id, DateTimeOffset At, string WebhookId, long EventId, string Kind, int Attempt, bool Delivered, int? Status, string? Reason, double TookMs);

/// <summary>The way to a receiver: over HTTP, or within a test.</summary>
public interface IWebhookEndpoint
{
    /// <summary>One attempt. Whatever goes wrong is an answer.</summary>
    Task<WebhookAnswer> Post(string url, WebhookSecret secret, MigrationEvent e, CancellationToken cancellationToken);
}

/// <summary>Where attempts are kept.</summary>
public interface IDeliveryLog
{
    /// <param name="delivery">Its id is given by the log.</param>
    Task Keep(WebhookDelivery delivery, CancellationToken cancellationToken);

    /// <summary>Newest first.</summary>
    Task<IReadOnlyList<WebhookDelivery>> Newest(int limit, CancellationToken cancellationToken);
}

/// <summary>The attempts of a cluster that keeps nothing: the last thousand.</summary>
public sealed class InMemoryDeliveryLog : IDeliveryLog
{
    private const int Kept = 1_000;
    private readonly Lock _gate = new();
    private readonly Queue<WebhookDelivery> _deliveries = [];
    private long _last;

    public Task Keep(WebhookDelivery delivery, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _deliveries.Enqueue(delivery with { Id = ++_last });
            if (_deliveries.Count > Kept) _deliveries.Dequeue();
            return Task.CompletedTask;
        }
    }

    public Task<IReadOnlyList<WebhookDelivery>> Newest(int limit, CancellationToken cancellationToken)
    {
        lock (_gate) return Task.FromResult<IReadOnlyList<WebhookDelivery>>([.. _deliveries.Reverse().Take(limit)]);
    }
}
