using GaiaOrleans.Gateway;
using GaiaOrleans.Gateway.Rollouts;
using GaiaOrleans.Gateway.Sessions;
using GaiaOrleans.Gateway.Telemetry;

var builder = WebApplication.CreateBuilder(args);
builder.Logging.AddGaiaLogging();
builder.AddClusterConnection();
builder.Services.AddGaiaGateway("standalone");
builder.Services.AddGaiaMetrics();

var app = builder.Build();
app.UseExceptionHandler();
app.UseRequestMetrics();
app.MapSessions();
app.MapTrafficSplit();
app.MapGateway();
app.MapGatewayHealth();
app.MapPrometheusScrapingEndpoint("/metrics");
await app.RunAsync();
