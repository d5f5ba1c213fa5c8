using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace GaiaOrleans.Gateway.Tests;

/// <summary>Chaos, seed 832: a silo that was told to end while it was starting ended with a stack trace and exit code 134.</summary>
public sealed class HostEndTests
{
    private sealed class Starting(Func<CancellationToken, Task> start) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => start(cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    // Orleans alone can make its own.
    public static TheoryData<Exception> BrokenOff => new(new OperationCanceledException(), new AggregateException(new OperationCanceledException(), new TaskCanceledException()), (Exception)RuntimeHelpers.GetUninitializedObject(typeof(Orleans.Runtime.OrleansLifecycleCanceledException)));

    [Theory, MemberData(nameof(BrokenOff))]
    public async Task Told_to_end_while_it_starts_it_ends_in_good_order(Exception brokenOff)
    {
        IHost? host = null;
        using var built = host = Built(_ =>
        {
            host!.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
            throw brokenOff;
        });
        await built.RunUntilTold();
    }

    [Fact]
    public async Task What_fails_to_start_fails()
    {
        using var host = Built(_ => throw new OperationCanceledException("By itself."));
        await Assert.ThrowsAsync<OperationCanceledException>(host.RunUntilTold);
    }

    [Fact]
    public async Task What_fails_otherwise_fails_also_when_it_is_told_to_end()
    {
        IHost? host = null;
        using var built = host = Built(_ =>
        {
            host!.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
            throw new AggregateException(new OperationCanceledException(), new InvalidOperationException("A defect."));
        });
        await Assert.ThrowsAsync<AggregateException>(built.RunUntilTold);
    }

    private static IHost Built(Func<CancellationToken, Task> start)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddSingleton<IHostedService>(new Starting(start));
        return builder.Build();
    }
}
