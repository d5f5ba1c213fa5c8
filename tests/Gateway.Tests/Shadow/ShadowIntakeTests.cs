using System.Diagnostics.Metrics;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway.Rollouts;
using GaiaOrleans.Gateway.Shadow;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace GaiaOrleans.Gateway.Tests.Shadow;

public sealed class ShadowIntakeTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly ServiceProvider _meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly GatewayLease _lease;
    private readonly ShadowLoad _load;
    private readonly ShadowInstruments _instruments;

    public ShadowIntakeTests()
    {
        _lease = new(_time, Options.Create(new GatewayOptions()), NullLogger<GatewayLease>.Instance);
        _lease.Renewed(new(Some.Rollout(), TimeSpan.FromSeconds(2)), _time.GetTimestamp());
        _load = new(_lease, _time);
        _instruments = new(_meters.GetRequiredService<IMeterFactory>());
    }

    public void Dispose() => _meters.Dispose();

    /// <param name="chance">Of the numbers that decide: low is taken even when behind.</param>
    private ShadowIntake Intake(int room, double chance = 0) =>
        new(new(new() { ShadowRate = 1 }, () => chance), _load, _instruments, Options.Create(new GatewayOptions { ShadowQueue = room }));

    private static void Offer(ShadowIntake intake, int times)
    {
        for (var i = 0; i < times; i++) intake.Offer(new($"s-{i}", Side.Go, 1, i));
    }

    [Fact]
    public void What_does_not_fit_is_dropped_and_counted()
    {
        var intake = Intake(room: 10);
        Offer(intake, 25);
        Assert.Equal((10, 15), (intake.Reads.Count, _instruments.Dropped));
        Assert.True(intake.Reads.TryRead(out var first));
        Assert.Equal("s-0", first.Id);
        Offer(intake, 2);
        Assert.Equal((10, 16), (intake.Reads.Count, _instruments.Dropped));
    }

    [Fact]
    public void A_queue_more_than_half_full_takes_less()
    {
        var intake = Intake(room: 10, chance: 0.5);
        Offer(intake, 8);
        Assert.Equal((6, 2), (intake.Reads.Count, _instruments.Dropped));
    }

    [Fact]
    public void A_busy_gateway_takes_less()
    {
        var intake = Intake(room: 1_000, chance: 0.5);
        var scopes = Enumerable.Range(0, 16 * Environment.ProcessorCount).Select(_ => _lease.Enter()!).ToList();
        Offer(intake, 1);
        Assert.Equal((1, 0), (intake.Reads.Count, _instruments.Dropped));
        scopes.Add(_lease.Enter()!);
        Offer(intake, 5);
        Assert.Equal((1, 5), (intake.Reads.Count, _instruments.Dropped));
        scopes.ForEach(s => s.Leave());
        Offer(intake, 1);
        Assert.Equal((2, 5), (intake.Reads.Count, _instruments.Dropped));
    }

    [Fact]
    public void While_it_rests_nothing_is_taken()
    {
        var intake = Intake(room: 10);
        _load.TakeRest();
        Offer(intake, 3);
        Assert.Equal((0, 3), (intake.Reads.Count, _instruments.Dropped));
        _time.Advance(TimeSpan.FromSeconds(1));
        Offer(intake, 1);
        Assert.Equal((1, 3), (intake.Reads.Count, _instruments.Dropped));
    }

    [Fact]
    public void Every_series_is_there_before_anything_happened()
    {
        var seen = new List<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            // Other tests of this process have meters of the same name.
            if (instrument.Meter.Scope == _meters.GetRequiredService<IMeterFactory>()) l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            seen.Add($"{instrument.Name} {string.Join(",", tags.ToArray().Select(t => t.Value))} {value}"));
        listener.Start();
        _instruments.OnRead(Side.Python, ShadowVerdict.Refused);
        listener.RecordObservableInstruments();
        string[] all =
        [
            "gaia_shadow_reads go,equal 0", "gaia_shadow_reads go,different 0", "gaia_shadow_reads go,moved 0", "gaia_shadow_reads go,failed 0",
            "gaia_shadow_reads python,equal 0", "gaia_shadow_reads python,different 0", "gaia_shadow_reads python,moved 0", "gaia_shadow_reads python,failed 1",
            "gaia_shadow_dropped  0",
        ];
        Assert.Equal(all, seen);
    }
}
