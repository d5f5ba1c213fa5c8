using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace GaiaOrleans.Gateway.Tests;

/// <summary>Chaos, seed 832: a silo that was told to end while it was starting ended with a stack trace and exit code 134; seed 1006: so did one whose database did not answer while it ended.</summary>
public sealed class HostEndTests
{
    private sealed class Starting(Func<CancellationToken, Task> start) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => start(cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class Stopping(Func<CancellationToken, Task> stop) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => stop(cancellationToken);
    }

    private sealed class InBackground(Func<CancellationToken, Task> execute) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => execute(stoppingToken);
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
    public async Task What_does_not_end_in_its_time_is_broken_off_in_good_order()
    {
        using var host = Built(_ => Task.CompletedTask, new Stopping(Forever), new Stopping(Forever));
        var run = host.RunUntilTold();
        host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        await run;

        static Task Forever(CancellationToken cancellation) => new TaskCompletionSource().Task.WaitAsync(cancellation);
    }

    [Fact]
    public async Task What_fails_to_end_fails()
    {
        using var host = Built(_ => Task.CompletedTask, new Stopping(_ => throw new InvalidOperationException("A defect.")));
        var run = host.RunUntilTold();
        host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        Assert.Equal("A defect.", (await Assert.ThrowsAnyAsync<Exception>(() => run)).GetBaseException().Message);
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

    [Fact]
    public async Task What_a_background_service_fails_with_is_how_the_process_ends()
    {
        var fails = new TaskCompletionSource();
        using var host = Built(_ => Task.CompletedTask, new InBackground(_ => fails.Task));
        var run = host.RunUntilTold();
        fails.SetException(new InvalidOperationException("A defect."));
        Assert.Equal("A defect.", (await Assert.ThrowsAsync<InvalidOperationException>(() => run)).Message);
    }

    [Fact]
    public async Task What_a_background_service_fails_with_when_it_is_told_to_end_is_not()
    {
        IHost? host = null;
        using var built = host = Built(_ => Task.CompletedTask, new InBackground(stopping =>
        {
            var told = new TaskCompletionSource();
            stopping.Register(() => told.SetException(new InvalidOperationException("Of no interest any more.")));
            return told.Task;
        }));
        var run = built.RunUntilTold();
        host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        await run;
    }

    private static IHost Built(Func<CancellationToken, Task> start, params IHostedService[] others)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromMilliseconds(100));
        builder.Services.AddSingleton<IHostedService>(new Starting(start));
        foreach (var other in others) builder.Services.AddSingleton(other);
        return builder.Build();
    }
}
