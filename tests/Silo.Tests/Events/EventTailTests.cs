using GaiaOrleans.Grains.Events;
using GaiaOrleans.Silo.Events;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace GaiaOrleans.Silo.Tests.Events;

public sealed class EventTailTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly CountedLog _log = new();

    /// <summary>Every silo looks four times a second, and mostly nobody watches.</summary>
    [Fact]
    public async Task It_reads_nothing_while_nobody_follows_and_who_follows_then_misses_nothing()
    {
        using var tail = new EventTail(_log, _time, NullLogger<EventTail>.Instance);
        await tail.StartAsync(CancellationToken.None);
        await using (var first = tail.Follow(0, CancellationToken.None).GetAsyncEnumerator())
        {
            // It has the log's and then, once it waits, what the tail finds.
            _log.Happen();
            Assert.Equal([1], await Next(first, 1));
            var second = first.MoveNextAsync().AsTask();
            _log.Happen();
            await Until(second);
            Assert.Equal(2, first.Current.Id);
        }

        // The look that was under way sees that nobody is there any more.
        Look();
        var reads = _log.Reads;
        for (var n = 0; n < 10; n++) Look();
        Assert.Equal(reads, _log.Reads);

        for (var n = 0; n < 500; n++) _log.Happen();
        await using var later = tail.Follow(2, CancellationToken.None).GetAsyncEnumerator();
        Assert.Equal(Enumerable.Range(3, 500).Select(n => (long)n), await Next(later, 500));
        await tail.StopAsync(CancellationToken.None);
    }

    private async Task<List<long>> Next(IAsyncEnumerator<MigrationEvent> events, int count)
    {
        var ids = new List<long>();
        while (ids.Count < count)
        {
            await Until(events.MoveNextAsync().AsTask());
            ids.Add(events.Current.Id);
        }

        return ids;
    }

    private Task Until(Task<bool> moved) => Eventually.True(
        () =>
        {
            Look();
            return Task.FromResult(moved.IsCompleted);
        },
        "an event");

    private void Look() => _time.Advance(TimeSpan.FromMilliseconds(250));

    private sealed class CountedLog : IEventLog
    {
        private readonly InMemoryEventLog _events = new(TimeProvider.System);
        private int _reads;

        public int Reads => Volatile.Read(ref _reads);

        public void Happen() => _events.Append(EventDraft.Of(EventKinds.Run, new { N = 1 }));

        public Task<bool> Append(EventDraft draft, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<MigrationEvent>> After(long id, int limit, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _reads);
            return _events.After(id, limit, cancellationToken);
        }

        public Task<IReadOnlyList<MigrationEvent>> Newest(int limit, IReadOnlyCollection<string> kinds, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _reads);
            return _events.Newest(limit, kinds, cancellationToken);
        }
    }
}
