using System.Net.ServerSentEvents;
using GaiaOrleans.Gateway;
using GaiaOrleans.Gateway.Access;
using GaiaOrleans.Gateway.Problems;
using GaiaOrleans.Grains.Events;
using GaiaOrleans.Silo.Events;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace GaiaOrleans.Silo.Tests.Events;

/// <summary>The endpoint of the events over HTTP, on a log in memory and a clock that the test moves.</summary>
internal sealed class EventHost : IAsyncDisposable
{
    private WebApplication _app = null!;

    public FakeTimeProvider Time { get; } = new();

    /// <summary>What every reader was let in by; null = nobody is asked.</summary>
    public AuthenticateResult? Credential { get; set; }

    public InMemoryEventLog Log { get; } = new(TimeProvider.System);

    public HttpClient Http { get; } = new() { Timeout = TimeSpan.FromSeconds(30) };

    public static async Task<EventHost> Start(Action<WebApplication>? map = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.ConfigureHttpJsonOptions(o => GaiaJson.Configure(o.SerializerOptions));
        builder.Services.AddProblemDetails().AddExceptionHandler<ProblemHandler>();
        var host = new EventHost();
        builder.Services.AddSingleton<TimeProvider>(host.Time).AddSingleton<IEventLog>(host.Log);
        builder.Services.AddOptions<AccessOptions>();
        builder.Services.AddSingleton<KeyRing>().AddSingleton<Standing>();
        builder.Services.AddSingleton<EventTail>().AddHostedService(s => s.GetRequiredService<EventTail>());
        var app = builder.Build();
        host._app = app;
        app.UseExceptionHandler();
        app.Use((context, next) =>
        {
            if (host.Credential is { } credential) context.Features.Set<IAuthenticateResultFeature>(new Shown { AuthenticateResult = credential });
            return next(context);
        });
        app.MapEvents();
        map?.Invoke(app);
        await app.StartAsync();
        host.Http.BaseAddress = new(app.Urls.Single());
        return host;
    }

    public void Append(int count, string kind = EventKinds.Run)
    {
        for (var i = 0; i < count; i++) Log.Append(EventDraft.Of(kind, new { N = i }));
    }

    /// <summary>The stream, once its headers are there.</summary>
    public async Task<Stream> Open(string query = "", string? lastEventId = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"/api/migration/events{query}");
        if (lastEventId is not null) request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        var response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        return await response.Content.ReadAsStreamAsync();
    }

    /// <summary>The next items; meanwhile the silo looks at its log.</summary>
    public async Task<List<SseItem<string>>> Read(Stream stream, int count)
    {
        var reading = Items();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!reading.IsCompleted)
        {
            Time.Advance(TimeSpan.FromMilliseconds(250));
            await timer.WaitForNextTickAsync(deadline.Token);
        }

        return await reading;

        async Task<List<SseItem<string>>> Items()
        {
            var items = new List<SseItem<string>>();
            await foreach (var item in SseParser.Create(stream).EnumerateAsync())
            {
                items.Add(item);
                if (items.Count == count) break;
            }

            return items;
        }
    }

    public Task Stop() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }

    private sealed class Shown : IAuthenticateResultFeature
    {
        public AuthenticateResult? AuthenticateResult { get; set; }
    }
}
