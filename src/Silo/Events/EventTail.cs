using System.Collections.Immutable;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Grains.Events;

namespace GaiaOrleans.Silo.Events;

/// <summary>The end of the event log as this silo sees it: one reader for all who watch. Nothing is kept for any of them; who has fallen behind reads pages.</summary>
internal sealed partial class EventTail(IEventLog log, TimeProvider time, ILogger<EventTail> logger) : BackgroundService
{
    private const int Page = 200;
    private const int Kept = 1_000;
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);

    private volatile End _end = new(long.MaxValue, -1, []);

    /// <param name="From">Everything after this id and up to <paramref name="To"/> is in <paramref name="Events"/>.</param>
    private sealed record End(long From, long To, ImmutableList<MigrationEvent> Events)
    {
        public TaskCompletionSource Moved { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>What came after an id, oldest first; waits until something did.</summary>
    /// <exception cref="StorageUnavailableException">The database did not answer.</exception>
    public async ValueTask<IReadOnlyList<MigrationEvent>> After(long id, CancellationToken cancellationToken)
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
                await Look(stoppingToken);
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
        if (_end.To < 0)
        {
            var newest = (await log.Newest(1, [], cancellationToken)).Select(e => e.Id).FirstOrDefault();
            Move(new(newest, newest, []));
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
