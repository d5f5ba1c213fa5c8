using GaiaOrleans.Silo.Cluster;
using Microsoft.Extensions.DependencyInjection;

namespace GaiaOrleans.Silo.Tests.Cluster;

/// <summary>Chaos, seed 832: until a silo whose clock had been set back had left, whoever was the first to ask for a session of it was answered 500.</summary>
public sealed class SteadyClockTests
{
    private sealed class Machine : TimeProvider
    {
        public DateTimeOffset Time { get; set; } = DateTimeOffset.UnixEpoch;

        public TimeSpan Elapsed { get; private set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => Time;

        public override long GetTimestamp() => Elapsed.Ticks;

        public void Pass(double seconds) => (Time, Elapsed) = (Time.AddSeconds(seconds), Elapsed + TimeSpan.FromSeconds(seconds));
    }

    private readonly Machine _machine = new();
    private readonly SteadyClock _clock;

    public SteadyClockTests() => _clock = new(_machine);

    private double Shows => (_clock.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;

    [Fact]
    public void It_shows_what_the_machine_shows_and_follows_it_forward()
    {
        _machine.Pass(5);
        Assert.Equal(5, Shows);
        _machine.Time = _machine.Time.AddHours(2);
        Assert.Equal(7_205, Shows);
        _machine.Pass(1);
        Assert.Equal(7_206, Shows);
    }

    [Fact]
    public void Set_back_it_goes_on_more_slowly_until_the_machine_has_caught_up()
    {
        _machine.Pass(1_000);
        Assert.Equal(1_000, Shows);
        _machine.Time = _machine.Time.AddSeconds(-10);
        Assert.Equal(1_000, Shows);
        _machine.Pass(50);
        Assert.Equal(1_045, Shows);
        _machine.Pass(50);
        Assert.Equal(1_090, Shows);
        _machine.Pass(50);
        Assert.Equal(1_140, Shows);
    }

    [Fact]
    public void It_is_made_of_the_clock_that_a_host_was_given()
    {
        var services = new ServiceCollection().AddSingleton<TimeProvider>(_machine).AddSteadyClock();
        _machine.Pass(100);
        using var built = services.BuildServiceProvider();
        var clock = built.GetRequiredService<TimeProvider>();
        Assert.Equal(_machine.Time, clock.GetUtcNow());
        _machine.Time = DateTimeOffset.UnixEpoch;
        Assert.Equal(DateTimeOffset.UnixEpoch.AddSeconds(100), clock.GetUtcNow());
    }
}
