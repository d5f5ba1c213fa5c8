using GaiaOrleans.Gateway;
using GaiaOrleans.Gateway.Rollouts;
using GaiaOrleans.Gateway.Sessions;
using GaiaOrleans.Gateway.Telemetry;

if (Probe.Requested(args) is { } probed) return await Probe.Run(probed, Console.Error, CancellationToken.None);
var builder = WebApplication.CreateBuilder(args);
builder.Configuration.AddSecretFiles();
builder.AddGaiaTelemetry("gaia-gateway");
builder.AddClusterConnection();
builder.Services.AddGaiaGateway("standalone");
// The Orleans client does not give up on a cluster that is away; in an emergency this process serves without it.
builder.Services.Configure<HostOptions>(host => host.ServicesStartConcurrently = true);

var app = builder.Build();
app.UseExceptionHandler();
app.UseRequestMetrics();
app.MapSessions();
app.MapTrafficSplit();
app.MapGateway();
app.MapGatewayHealth();
app.MapPrometheusScrapingEndpoint("/metrics");
await app.RunAsync();
return 0;
