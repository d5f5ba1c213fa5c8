using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using GaiaOrleans.Gateway.Access;
using GaiaOrleans.Gateway.Charges;
using GaiaOrleans.Gateway.Legacy;
using GaiaOrleans.Gateway.Limits;
using GaiaOrleans.Gateway.Problems;
using GaiaOrleans.Gateway.Rollouts;
using GaiaOrleans.Gateway.Sessions;
using GaiaOrleans.Gateway.Shadow;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace GaiaOrleans.Gateway.Tests.Hosts;

/// <summary>An answer, read to its end.</summary>
internal sealed record Reply(HttpStatusCode Status, string Body, IReadOnlyDictionary<string, string> Headers)
{
    public JsonNode Json => JsonNode.Parse(Body)!;

    public override string ToString() => $"{(int)Status} {Body}";
}

/// <summary>The gateway over HTTP, between scripted grains and a scripted GAIA_HOME.</summary>
internal sealed class GatewayHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _http;

    private GatewayHost(WebApplication app, HomeDouble home, ScriptedCluster cluster)
    {
        (_app, Home, Cluster) = (app, home, cluster);
        _http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false });
    }

    public HomeDouble Home { get; }

    public ScriptedCluster Cluster { get; }

    public required BodyReads Reads { get; init; }

    /// <summary>By which shadow reads rest.</summary>
    public required FakeTimeProvider ShadowClock { get; init; }

    public string Url => _app.Urls.Single();

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public static async Task<GatewayHost> Start(ScriptedCluster? cluster = null, params (string Name, string? Value)[] settings)
    {
        var home = await HomeDouble.Start();
        cluster ??= new();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection([new("Legacy:BaseUrl", home.Url)]).AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Name, s.Value)));
        builder.Services.AddRouting().AddSingleton(cluster.Grains);
        builder.Services.AddGaiaGateway("standalone").AddGaiaHttp();
        // How long a look at legacy's list may take is not what these tests are about, and a busy machine is slow.
        builder.Services.AddSingleton(s => new LegacyLists(s.GetRequiredService<LegacyConnection>(), new FakeTimeProvider()));
        var shadow = new FakeTimeProvider();
        builder.Services.AddSingleton(s => new ShadowLoad(s.GetRequiredService<GatewayLease>(), shadow));
        builder.AddGaiaAccess().AddGaiaLimits();
        var app = builder.Build();
        var reads = new BodyReads();
        app.Use(reads.Watch);
        app.UseExceptionHandler();
        app.UseUnroutedProblems();
        app.UseGaiaAccess();
        app.UseGaiaLimits();
        app.UseCharging();
        app.MapSessions();
        app.MapTrafficSplit();
        app.MapGateway();
        app.MapGatewayHealth();
        await app.StartAsync();
        return new(app, home, cluster) { Reads = reads, ShadowClock = shadow };
    }

    /// <summary>As <see cref="Start"/>, and the first reading of the rollout is there.</summary>
    public static async Task<GatewayHost> Ready(ScriptedCluster? cluster = null, params (string Name, string? Value)[] settings)
    {
        var host = await Start(cluster, settings);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!host.Get<GatewayLease>().Held) await timer.WaitForNextTickAsync(patience.Token);
        return host;
    }

    public Task<Reply> Read(string path, params (string Name, string Value)[] headers) => Send(HttpMethod.Get, path, (string?)null, headers);

    public Task<Reply> Send(HttpMethod method, string path, string? body, params (string Name, string Value)[] headers) =>
        Send(method, path, body is null ? null : new ByteArrayContent(Encoding.UTF8.GetBytes(body)), headers);

    public async Task<Reply> Send(HttpMethod method, string path, HttpContent? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(Url + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true })) { Content = body };
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var response = await _http.SendAsync(request);
        var all = response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => string.Join(",", h.Value), StringComparer.OrdinalIgnoreCase);
        return new(response.StatusCode, await response.Content.ReadAsStringAsync(), all);
    }

    /// <summary>In good order, as a process that is asked to.</summary>
    public Task Stop() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
        await Home.DisposeAsync();
    }
}
