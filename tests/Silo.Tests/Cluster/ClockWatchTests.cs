using GaiaOrleans.Silo.Cluster;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace GaiaOrleans.Silo.Tests.Cluster;

/// <summary>Chaos, seed 206: a silo whose clock had been set back by two hours activated nothing any more, and said that it was ready.</summary>
public sealed class ClockWatchTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>The machine's clock, set wrong.</summary>
    private sealed class WrongClock : TimeProvider
    {
        public TimeSpan OffBy { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + OffBy;
    }

    [Theory]
    [InlineData(0, -120)]
    [InlineData(120, 0)]
    public async Task A_silo_whose_clock_is_set_back_leaves(int first, int then)
    {
        var clock = new WrongClock();
        using var host = await Started(clock);
        clock.OffBy = TimeSpan.FromMinutes(first);
        await Looked(clock);
        Assert.False(Watch(host).Left);
        clock.OffBy = TimeSpan.FromMinutes(then);
        await host.WaitForShutdownAsync().WaitAsync(Patience);
        Assert.True(Watch(host).Left);
    }

    [Theory]
    [InlineData(-5)]
    [InlineData(300)]
    public async Task Corrections_of_minutes_and_a_clock_that_is_set_forward_are_borne(int minutes)
    {
        var clock = new WrongClock { OffBy = TimeSpan.Zero };
        using var host = await Started(clock);
        clock.OffBy = TimeSpan.FromMinutes(minutes);
        await Looked(clock);
        Assert.False(Watch(host).Left);
        Assert.False(host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested);
    }

    private static ClockWatch Watch(IHost host) => host.Services.GetRequiredService<ClockWatch>();

    private static async Task<IHost> Started(TimeProvider clock)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddSingleton(clock).AddSteadyClock();
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    /// <summary>The watch looks every second: after two ticks of a timer that began later it has looked.</summary>
    private static async Task Looked(TimeProvider clock)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), clock);
        for (var i = 0; i < 2; i++) await timer.WaitForNextTickAsync();
    }
}
