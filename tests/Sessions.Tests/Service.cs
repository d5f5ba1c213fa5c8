using System.Collections.Concurrent;
using GaiaOrleans.Testbed;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace GaiaOrleans.Sessions.Tests;

/// <summary>A service that calls sessions directly, in this process.</summary>
public sealed class Service : IAsyncDisposable
{
    private readonly IHost _host;

    private Service(IHost host) => _host = host;

    /// <summary>What it has logged.</summary>
    public IEnumerable<string> Log => _host.Services.GetRequiredService<LogLines>().Lines;

    internal InnerGateway Gateway => _host.Services.GetRequiredService<InnerGateway>();

    public GaiaSessions Sessions => _host.Services.GetRequiredService<GaiaSessions>();

    public static async Task<Service> Start(LocalCluster cluster, string name, params (string Key, string Value)[] settings)
    {
        var host = Build([("Gateway:Name", name), ("Legacy:BaseUrl", $"{cluster.Legacy.Url}"), .. cluster.Silos.Select((silo, i) => ($"Gaia:Silos:{i}", $"127.0.0.1:{silo.OrleansPort}")), .. settings]);
        await host.StartAsync();
        return new(host);
    }

    public static IHost Build(params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new() { ApplicationName = "tests" });
        // The last word on a setting counts.
        builder.Configuration.AddInMemoryCollection(settings.GroupBy(s => s.Key).Select(s => KeyValuePair.Create(s.Key, (string?)s.Last().Value)));
        builder.Services.AddSingleton<LogLines>().AddSingleton<ILoggerProvider>(s => s.GetRequiredService<LogLines>());
        builder.AddGaiaSessions();
        return builder.Build();
    }

    public Task Stop() => _host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}

/// <summary>A log that can be read.</summary>
internal sealed class LogLines : ILoggerProvider, ILogger
{
    public ConcurrentQueue<string> Lines { get; } = new();

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Lines.Enqueue(formatter(state, exception));

    public void Dispose()
    {
    }
}
