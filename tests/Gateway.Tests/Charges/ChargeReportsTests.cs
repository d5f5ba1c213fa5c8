using GaiaOrleans.Contracts.Charges;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway.Charges;
using GaiaOrleans.Gateway.Tests.Hosts;
using Microsoft.Extensions.Logging.Abstractions;

namespace GaiaOrleans.Gateway.Tests.Charges;

public sealed class ChargeReportsTests : IDisposable
{
    private readonly SessionCharges _charges = new();
    private readonly List<ChargedRequests> _taken = [];
    private readonly ChargeReports _reports;
    private Exception? _failure;

    public ChargeReportsTests() => _reports = new(
        _charges, Scripted.Of<IGrainFactory>((_, _) => Scripted.Of<IChargeGrain>((_, args) => Take((ChargedRequests)args[0]!))), TimeProvider.System, NullLogger<ChargeReports>.Instance);

    public void Dispose() => _reports.Dispose();

    [Fact]
    public async Task What_was_counted_is_handed_over_once()
    {
        _charges.Count(Side.Go, failed: true);
        _charges.Count(Side.Python, failed: false);
        await _reports.Report();
        await _reports.Report();
        Assert.Equal(new(1, 1, 1, 0), Assert.Single(_taken));
    }

    [Fact]
    public async Task What_no_silo_took_comes_with_the_next()
    {
        _failure = new SiloUnavailableException("gone");
        _charges.Count(Side.Go, failed: true);
        await _reports.Report();
        _failure = null;
        _charges.Count(Side.Go, failed: false);
        await _reports.Report();
        Assert.Equal(new(2, 1, 0, 0), Assert.Single(_taken));
    }

    [Fact]
    public async Task What_may_have_arrived_is_not_counted_twice()
    {
        _failure = new TimeoutException("no answer");
        _charges.Count(Side.Go, failed: true);
        await _reports.Report();
        _failure = null;
        await _reports.Report();
        Assert.Empty(_taken);
    }

    [Fact]
    public async Task The_last_counts_leave_with_the_process()
    {
        await _reports.StartAsync(default);
        _charges.Count(Side.Python, failed: true);
        await _reports.StopAsync(default);
        Assert.Equal(new(0, 0, 1, 1), Assert.Single(_taken));
    }

    private Task Take(ChargedRequests requests)
    {
        if (_failure is not null) return Task.FromException(_failure);
        _taken.Add(requests);
        return Task.CompletedTask;
    }
}
