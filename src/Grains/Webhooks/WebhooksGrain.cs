using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Webhooks;
using GaiaOrleans.Grains.Events;
using GaiaOrleans.Grains.Runs;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Storage;

namespace GaiaOrleans.Grains.Webhooks;

/// <summary>
/// Keeps the webhooks and brings them their events. Each is served for itself, so that one that does not answer holds up no other. A cursor moves when
/// its event has been accepted: what is not stored any more when a silo dies is delivered again.
/// </summary>
[GrainType("gaia.webhooks")]
public sealed partial class WebhooksGrain(
    [PersistentState("webhooks", RunGrain.Storage)] IPersistentState<WebhooksState> stored,
    IEventLog events,
    IWebhookEndpoint endpoint,
    IDeliveryLog deliveries,
    TimeProvider time,
    IOptions<WebhookOptions> options,
    ILogger<WebhooksGrain> logger) : Grain, IWebhooksGrain, IDisposable
{
    private const int Page = 100;
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    private readonly Dictionary<string, Task> _serving = [];
    private readonly CancellationTokenSource _ending = new();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        this.RegisterGrainTimer(Look, new GrainTimerCreationOptions { DueTime = TimeSpan.Zero, Period = Period, KeepAlive = true });
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _ending.CancelAsync();
        await Task.WhenAll(_serving.Values).WaitAsync(cancellationToken);
    }

    public void Dispose() => _ending.Dispose();

    public Task<Webhook[]> List(CancellationToken cancellationToken) => Task.FromResult(stored.State.Webhooks.Select(w => w.Webhook).ToArray());

    public async Task<Webhook> Add(WebhookRequest request, CancellationToken cancellationToken)
    {
        WebhookRules.CheckUrl(request.Url, options.Value.AllowPrivate);
        if (stored.State.Webhooks.Length >= options.Value.Most) throw InvalidInputException.Field("url", $"would be one too many: there are {options.Value.Most} webhooks already");
        var newest = (await events.Newest(1, [], cancellationToken)).Select(e => e.Id).FirstOrDefault();
        var webhook = WebhookRules.Of(Guid.CreateVersion7().ToString(), request, newest, time.GetUtcNow());
        await Save(all => [.. all, new(webhook, request.Secret)]);
        LogAdded(logger, webhook.Id, request.Caller.Actor);
        return webhook;
    }

    public async Task Remove(string id, Caller caller, CancellationToken cancellationToken)
    {
        if (Find(id) is null) throw new UnknownWebhookException(id);
        await Save(all => [.. all.Where(w => w.Webhook.Id != id)]);
        LogRemoved(logger, id, caller.Actor);
    }

    private Task Look(CancellationToken cancellationToken)
    {
        foreach (var (id, _) in _serving.Where(s => s.Value.IsCompleted).ToList()) _serving.Remove(id);
        foreach (var one in stored.State.Webhooks)
            if (!_serving.ContainsKey(one.Webhook.Id) && WebhookRules.Due(one.Webhook, time.GetUtcNow(), options.Value))
                _serving[one.Webhook.Id] = Serve(one.Webhook.Id, _ending.Token);
        return Task.CompletedTask;
    }

    private async Task Serve(string id, CancellationToken cancellationToken)
    {
        try
        {
            while (Find(id) is { } one && await events.After(one.Webhook.Cursor, Page, cancellationToken) is { Count: > 0 } more)
                foreach (var e in more)
                    if (!await Deliver(id, e, cancellationToken))
                        return;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The next activation goes on.
        }
        // Whatever it is, it is this webhook's: the next look tries again, and the others go on.
        catch (Exception e)
        {
            LogInterrupted(logger, id, e.Message);
            if (e is InconsistentStateException) DeactivateOnIdle();
        }
    }

    /// <returns>False: it is not its turn any more.</returns>
    private async Task<bool> Deliver(string id, MigrationEvent e, CancellationToken cancellationToken)
    {
        if (Find(id) is not { Webhook.Disabled: null } one) return false;
        if (!WebhookRules.Wants(one.Webhook, e))
        {
            // Stored with the next delivery: what nobody wanted can be passed over twice.
            Put(one.Webhook with { Cursor = e.Id });
            return true;
        }

        var answer = await endpoint.Post(one.Webhook.Url, one.Secret, e, cancellationToken);
        if (Find(id) is not { } present) return false;
        var now = time.GetUtcNow();
        var next = WebhookRules.After(present.Webhook, e, answer, now, Random.Shared.NextDouble(), options.Value);
        await deliveries.Keep(new(0, now, id, e.Id, e.Kind, present.Webhook.Failures + 1, answer.Delivered, answer.Status, answer.Reason, answer.Took.TotalMilliseconds), cancellationToken);
        // Told before it is stored: a silo that dies between the two tells it again, and it is told once.
        if (next.Disabled is not null) await events.Append(WebhookRules.DisabledEvent(next), cancellationToken);
        await Save(all => [.. all.Select(w => w.Webhook.Id == id ? w with { Webhook = next } : w)]);
        if (!answer.Delivered) LogFailed(logger, id, e.Id, next.Failures, answer.Reason ?? "");
        return answer.Delivered;
    }

    private StoredWebhook? Find(string id) => stored.State.Webhooks.FirstOrDefault(w => w.Webhook.Id == id);

    private void Put(Webhook next) => stored.State.Webhooks = [.. stored.State.Webhooks.Select(w => w.Webhook.Id == next.Id ? w with { Webhook = next } : w)];

    private async Task Save(Func<StoredWebhook[], StoredWebhook[]> change)
    {
        var before = stored.State.Webhooks;
        stored.State.Webhooks = change(before);
        try
        {
            await stored.WriteStateAsync();
        }
        catch
        {
            // What was changed meanwhile is not known to be stored either: all of it is read anew.
            DeactivateOnIdle();
            throw;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Webhook {Id} added by {Actor}")]
    private static partial void LogAdded(ILogger logger, string id, string actor);

    [LoggerMessage(Level = LogLevel.Information, Message = "Webhook {Id} removed by {Actor}")]
    private static partial void LogRemoved(ILogger logger, string id, string actor);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Webhook {Id}: event {EventId} was not accepted, attempt {Attempt}: {Reason}")]
    private static partial void LogFailed(ILogger logger, string id, long eventId, int attempt, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Webhook {Id} waits: {Reason}")]
    private static partial void LogInterrupted(ILogger logger, string id, string reason);
}

/// <summary>The stored form of all webhooks.</summary>
[GenerateSerializer, Alias("gaia.webhooks.stored")]
public sealed class WebhooksState
{
    [Id(0)] public StoredWebhook[] Webhooks { get; set; } = [];
}
