using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Grains.Telemetry;
using Microsoft.Extensions.Time.Testing;

namespace GaiaOrleans.Grains.Tests.Telemetry;

public sealed class CountedSessionsTests
{
    private readonly FakeTimeProvider _time = new();
    private long _live;
    private int _counted;

    private CountedSessions Counted => field ??= new(
        _ =>
        {
            _counted++;
            _time.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(new SessionCounts(_live, 0, 0, 0, 0, 0, 0));
        },
        _time);

    private async Task<(long, int)> Look() => ((await Counted.Recent(CancellationToken.None)).Live, _counted);

    [Fact]
    public async Task A_small_store_is_counted_for_each_who_looks()
    {
        _live = CountedSessions.Large - 1;
        Assert.Equal((_live, 1), await Look());
        _live--;
        Assert.Equal((_live, 2), await Look());
    }

    [Fact]
    public async Task A_large_one_is_shown_as_it_was_for_a_hundred_times_as_long_as_counting_took()
    {
        _live = CountedSessions.Large;
        await Look();
        _live++;
        _time.Advance(TimeSpan.FromSeconds(99));
        Assert.Equal((CountedSessions.Large, 1), await Look());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((CountedSessions.Large + 1, 2), await Look());
        // Sessions were deleted for good.
        _live = 5;
        _time.Advance(TimeSpan.FromSeconds(100));
        Assert.Equal((5, 3), await Look());
        _live = 4;
        Assert.Equal((4, 4), await Look());
    }

    /// <summary>The first count of a very large one takes minutes, and everybody who looks meanwhile would begin another.</summary>
    [Fact]
    public async Task A_count_that_takes_long_is_shared_before_it_is_known_how_many_there_are()
    {
        var (counts, begun) = (new TaskCompletionSource<SessionCounts>(), 0);
        var counted = new CountedSessions(_ => { begun++; return counts.Task; }, _time);
        var first = counted.Recent(CancellationToken.None);
        _time.Advance(TimeSpan.FromMilliseconds(999));
        var second = counted.Recent(CancellationToken.None);
        Assert.Equal(2, begun);
        _time.Advance(TimeSpan.FromSeconds(1));
        var third = counted.Recent(CancellationToken.None);
        Assert.Equal(2, begun);
        counts.SetResult(new(5, 0, 0, 0, 0, 0, 0));
        Assert.Equal([5, 5, 5], (await Task.WhenAll(first, second, third)).Select(c => c.Live));
    }

    /// <summary>Each of them waits for it, and one that goes ends it for nobody else.</summary>
    [Fact]
    public async Task Of_a_large_one_those_who_come_at_once_wait_for_one_count()
    {
        var (counts, begun) = (new Queue<TaskCompletionSource<SessionCounts>>(), 0);
        var counted = new CountedSessions(_ => { begun++; return counts.Peek().Task; }, _time);
        counts.Enqueue(new());
        counts.Peek().SetResult(new(CountedSessions.Large, 0, 0, 0, 0, 0, 0));
        await counted.Recent(CancellationToken.None);
        counts.Dequeue();
        counts.Enqueue(new());
        _time.Advance(TimeSpan.FromSeconds(1));
        using var gone = new CancellationTokenSource();
        var (first, second) = (counted.Recent(gone.Token), counted.Recent(CancellationToken.None));
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        counts.Peek().SetResult(new(CountedSessions.Large + 1, 0, 0, 0, 0, 0, 0));
        Assert.Equal((CountedSessions.Large + 1, 2), ((await second).Live, begun));
    }
}
