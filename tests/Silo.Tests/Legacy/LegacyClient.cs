using System.Collections.Concurrent;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Silo.Legacy;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace GaiaOrleans.Silo.Tests.Legacy;

/// <summary>The adapter as a silo wires it, with the settings of one test.</summary>
internal sealed class LegacyClient : IAsyncDisposable
{
    private readonly ServiceProvider _provider;
    private readonly LogLines _log = new();

    public LegacyClient(Uri home, params ReadOnlySpan<(string Name, object Value)> settings)
        : this(home, TimeProvider.System, settings)
    {
    }

    public LegacyClient(Uri home, TimeProvider time, params ReadOnlySpan<(string Name, object Value)> settings)
    {
        var values = new Dictionary<string, string?> { ["Legacy:BaseUrl"] = home.ToString() };
        foreach (var (name, value) in settings) values["Legacy:" + name] = FormattableString.Invariant($"{value}");
        var services = new ServiceCollection();
        // Nothing but the test moves a clock of its own.
        if (time == TimeProvider.System) services.AddPatience(values, settings);
        _provider = services
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(values).Build())
            .AddSingleton(time)
            .AddLogging(logging => logging.AddProvider(_log))
            .AddLegacySessions()
            .BuildServiceProvider();
    }

    /// <summary>For a field that a test class disposes in its own way.</summary>
    public static LegacyClient Of(Uri home, params ReadOnlySpan<(string Name, object Value)> settings) => new(home, settings);

    public HttpLegacySessions Http => _provider.GetRequiredService<HttpLegacySessions>();

    public ILegacySessions Sessions => _provider.GetRequiredService<ILegacySessions>();

    public IEnumerable<string> Log => _log.Lines;

    /// <summary>What the host does at start.</summary>
    public void ValidateAsAtStart() => _provider.GetRequiredService<Microsoft.Extensions.Options.IStartupValidator>().Validate();

    public ValueTask DisposeAsync() => _provider.DisposeAsync();

    private sealed class LogLines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{logLevel}: {formatter(state, exception)}");

        public void Dispose()
        {
        }
    }
}
