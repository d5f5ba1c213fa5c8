using System.Collections.Concurrent;
using GaiaOrleans.Contracts.Webhooks;
using GaiaOrleans.Grains.Events;
using GaiaOrleans.Grains.Webhooks;

namespace GaiaOrleans.Cluster.Tests.Webhooks;

/// <summary>Receivers within the test: what each has accepted, and how it answers.</summary>
public sealed class WebhookDouble : IWebhookEndpoint
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<long>> _accepted = [];
    private readonly ConcurrentDictionary<string, Func<MigrationEvent, Task<string?>>> _answers = [];

    public IReadOnlyCollection<long> Accepted(string url) => _accepted.GetOrAdd(url, _ => new());

    /// <param name="answer">Why an event is refused; null = it is accepted.</param>
    public void Answer(string url, Func<MigrationEvent, Task<string?>> answer) => _answers[url] = answer;

    public async Task<WebhookAnswer> Post(string url, WebhookSecret secret, MigrationEvent e, CancellationToken cancellationToken)
    {
        var reason = _answers.TryGetValue(url, out var answer) ? await answer(e).WaitAsync(cancellationToken) : null;
        if (reason is null) _accepted.GetOrAdd(url, _ => new()).Enqueue(e.Id);
        return new(reason is null ? 200 : 500, reason, TimeSpan.Zero);
    }
}
