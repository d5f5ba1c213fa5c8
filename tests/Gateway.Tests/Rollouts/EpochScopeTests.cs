using GaiaOrleans.Gateway.Rollouts;

namespace GaiaOrleans.Gateway.Tests.Rollouts;

public sealed class EpochScopeTests
{
    private readonly EpochScope _scope = new(Some.Rollout());

    [Fact]
    public void It_is_drained_when_the_last_request_has_left_after_it_was_retired()
    {
        Assert.True(_scope.TryEnter());
        Assert.True(_scope.TryEnter());
        _scope.Leave();
        Assert.False(_scope.Drained.IsCompleted);
        _scope.Retire();
        Assert.Equal((1, false), (_scope.InFlight, _scope.Drained.IsCompleted));
        _scope.Leave();
        Assert.Equal((0, true), (_scope.InFlight, _scope.Drained.IsCompleted));
    }

    [Fact]
    public void It_is_not_drained_while_it_is_in_force()
    {
        Assert.True(_scope.TryEnter());
        _scope.Leave();
        Assert.False(_scope.Drained.IsCompleted);
        _scope.Retire();
        Assert.True(_scope.Drained.IsCompleted);
    }

    [Fact]
    public void Nobody_enters_a_retired_one()
    {
        _scope.TryEnter();
        _scope.Retire();
        Assert.False(_scope.TryEnter());
        Assert.Equal((1, false), (_scope.InFlight, _scope.Drained.IsCompleted));
        _scope.Leave();
        Assert.False(_scope.TryEnter());
        Assert.Equal((0, true), (_scope.InFlight, _scope.Drained.IsCompleted));
    }

    [Fact]
    public async Task Under_many_requests_drained_means_that_nobody_is_inside()
    {
        for (var round = 0; round < 300; round++)
        {
            var scope = new EpochScope(Some.Rollout());
            var inside = 0;
            var requests = Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    while (scope.TryEnter())
                    {
                        Interlocked.Increment(ref inside);
                        Interlocked.Decrement(ref inside);
                        scope.Leave();
                    }
                },
                CancellationToken.None, TaskCreationOptions.None, TaskScheduler.Default)).ToList();
            scope.Retire();
            await scope.Drained;
            Assert.Equal(0, Volatile.Read(ref inside));
            await Task.WhenAll(requests);
            Assert.Equal(0, scope.InFlight);
        }
    }
}
