using GaiaOrleans.Gateway;
using GaiaOrleans.Gateway.Rollouts;
using GaiaOrleans.Gateway.Sessions;
using GaiaOrleans.Gateway.Telemetry;

var builder = WebApplication.CreateBuilder(args);
builder.Logging.AddGaiaLogging();
builder.AddClusterConnection();
builder.Services.AddGaiaGateway("standalone");
builder.Services.AddGaiaMetrics();
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
