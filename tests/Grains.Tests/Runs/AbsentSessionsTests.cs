using GaiaOrleans.Grains.Runs;
using Microsoft.Extensions.Time.Testing;

namespace GaiaOrleans.Grains.Tests.Runs;

public sealed class AbsentSessionsTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly FakeTimeProvider _time = new();
    private readonly AbsentSessions _absent;

    public AbsentSessionsTests() => _absent = new(_time, Minute);

    private IReadOnlyList<string> Confirmed(params string[] unlisted) => _absent.Confirmed(unlisted.ToHashSet());

    [Fact]
    public void One_is_gone_when_it_has_been_for_long_enough()
    {
        _absent.Gone("a");
        _time.Advance(TimeSpan.FromSeconds(1));
        _absent.Gone("b");
        _time.Advance(TimeSpan.FromSeconds(58));
        Assert.Empty(Confirmed("a", "b", "c"));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["a"], Confirmed("a", "b", "c"));
    }

    [Fact]
    public void One_that_was_listed_meanwhile_is_gone_from_the_next_read_on()
    {
        _absent.Gone("a");
        _time.Advance(Minute);
        Assert.Empty(Confirmed());
        Assert.False(_absent.Any);
        _absent.Gone("a");
        Assert.Empty(Confirmed("a"));
        _time.Advance(Minute);
        Assert.Equal(["a"], Confirmed("a"));
        _absent.Forget("a");
        Assert.Empty(Confirmed("a"));
    }
}
