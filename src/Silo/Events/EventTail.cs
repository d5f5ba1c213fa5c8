using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Grains.Events;

namespace GaiaOrleans.Silo.Events;

/// <summary>
/// The end of the event log as this silo sees it: one reader for all who watch, which rests while nobody does. Nothing is kept for any of them; who has fallen
/// behind reads pages.
/// </summary>
internal sealed partial class EventTail(IEventLog log, TimeProvider time, ILogger<EventTail> logger) : BackgroundService
{
    private const int Page = 200;
    private const int Kept = 1_000;
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);

    private volatile End _end = new(long.MaxValue, -1, []);
    private int _followers;
    private bool _rested = true;

    /// <param name="From">Everything after this id and up to <paramref name="To"/> is in <paramref name="Events"/>.</param>
    private sealed record End(long From, long To, ImmutableList<MigrationEvent> Events)
    {
        public TaskCompletionSource Moved { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>What came after an id, oldest first, and then what comes.</summary>
    /// <exception cref="StorageUnavailableException">The database did not answer.</exception>
    public async IAsyncEnumerable<MigrationEvent> Follow(long id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _followers);
        try
        {
            while (true)
                foreach (var e in await After(id, cancellationToken))
                {
                    id = e.Id;
                    yield return e;
                }
        }
        finally
        {
            Interlocked.Decrement(ref _followers);
        }
    }

    private async ValueTask<IReadOnlyList<MigrationEvent>> After(long id, CancellationToken cancellationToken)
    {
        while (true)
        {
            var end = _end;
            IReadOnlyList<MigrationEvent> events = id >= end.From
                ? [.. end.Events.SkipWhile(e => e.Id <= id)]
                : await log.After(id, Page, cancellationToken);
            if (events.Count > 0) return events;
            await end.Moved.Task.WaitAsync(cancellationToken);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            try
            {
                if (Volatile.Read(ref _followers) > 0) await Look(stoppingToken);
                else _rested = true;
            }
            catch (StorageUnavailableException e)
            {
                LogNotRead(logger, e.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task Look(CancellationToken cancellationToken)
    {
        // What came meanwhile is read by those whom it concerns.
        if (_rested)
        {
            var newest = (await log.Newest(1, [], cancellationToken)).Select(e => e.Id).FirstOrDefault();
            Move(new(newest, newest, []));
            _rested = false;
        }

        while (await log.After(_end.To, Page, cancellationToken) is { Count: > 0 } more)
        {
            var events = _end.Events.AddRange(more);
            var gone = Math.Max(0, events.Count - Kept);
            Move(new(gone > 0 ? events[gone - 1].Id : _end.From, more[^1].Id, events.RemoveRange(0, gone)));
        }
    }

    private void Move(End next)
    {
        var before = _end;
        _end = next;
        before.Moved.SetResult();
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The event log cannot be read: {Reason}")]
    private static partial void LogNotRead(ILogger logger, string reason);
}
