using GaiaOrleans.Gateway.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace GaiaOrleans.Gateway.Tests.Telemetry;

public sealed class TelemetryHostingTests
{
    [Theory]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("http://127.0.0.1:4317", true)]
    public async Task Traces_are_made_only_where_a_collector_is_named(string? endpoint, bool traced)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection([new("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)]);
        builder.AddGaiaTelemetry("gaia-gateway");
        await using var app = builder.Build();
        Assert.Equal(traced, app.Services.GetService<TracerProvider>() is not null);
        Assert.NotNull(app.Services.GetService<MeterProvider>());
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("Information", true)]
    public async Task A_line_per_request_is_logged_where_somebody_asks_for_it(string? level, bool logged)
    {
        const string category = "Microsoft.AspNetCore.Hosting.Diagnostics";
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection([new($"Logging:LogLevel:{category}", level)]);
        builder.AddGaiaTelemetry("gaia-gateway");
        await using var app = builder.Build();
        Assert.Equal(logged, app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(category).IsEnabled(LogLevel.Information));
    }
}
