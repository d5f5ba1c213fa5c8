using GaiaOrleans.Gateway;
using GaiaOrleans.Gateway.Access;
using GaiaOrleans.Gateway.Charges;
using GaiaOrleans.Gateway.Limits;
using GaiaOrleans.Gateway.Problems;
using GaiaOrleans.Gateway.Rollouts;
using GaiaOrleans.Gateway.Sessions;
using GaiaOrleans.Gateway.Telemetry;
using Microsoft.Extensions.Options;

if (Probe.Requested(args) is { } probed) return await Probe.Run(probed, Console.Error, CancellationToken.None);
try
{
    var builder = HostBegin.NewApplication(args);
    builder.Configuration.AddSecretFiles();
    builder.AddGaiaTelemetry("gaia-gateway");
    builder.AddClusterConnection();
    builder.AddGaiaAccess().AddGaiaLimits();
    builder.Services.AddGaiaGateway("standalone").AddGaiaHttp();
    // The Orleans client does not give up on a cluster that is away; in an emergency this process serves without it.
    builder.Services.Configure<HostOptions>(host => host.ServicesStartConcurrently = true);
    builder.Services.AddHostedService<ChargeReports>();

    await using var app = builder.Build();
    app.UseExceptionHandler();
    app.UseUnroutedProblems();
    app.UseGaiaAccess();
    app.UseRequestMetrics();
    app.UseGaiaLimits();
    app.UseCharging();
    app.MapSessions();
    app.MapTrafficSplit();
    app.MapGateway();
    app.MapGatewayHealth();
    app.MapPrometheusScrapingEndpoint("/metrics");
    await app.RunUntilTold();
    return 0;
}
catch (OptionsValidationException e)
{
    foreach (var failure in e.Failures) Console.Error.WriteLine($"Configuration: {failure}");
    return 1;
}
