using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Text;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.Deploy.Tests.Monitoring;

/// <summary>Takes what an OpenTelemetry collector would take over HTTP, and keeps it: names within the messages are plain UTF-8.</summary>
public sealed class CollectorDouble : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentDictionary<string, string> _received = new();
    private readonly Task _serving;

    public CollectorDouble()
    {
        Url = new($"http://127.0.0.1:{FreePort.Next()}/");
        _listener.Prefixes.Add(Url.ToString());
        _listener.Start();
        _serving = Serve();
    }

    public Uri Url { get; }

    /// <summary>All that came for <c>traces</c>, <c>metrics</c> or <c>logs</c>.</summary>
    public string Received(string signal) => _received.GetValueOrDefault($"/v1/{signal}", "");

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
    }

    private async Task Serve()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return; // closed
            }

            await using var body = context.Request.Headers["Content-Encoding"] == "gzip" ? new GZipStream(context.Request.InputStream, CompressionMode.Decompress) : context.Request.InputStream;
            using var text = new StreamReader(body, Encoding.UTF8);
            var message = await text.ReadToEndAsync();
            _received.AddOrUpdate(context.Request.Url!.AbsolutePath, message, (_, before) => before + message);
            context.Response.StatusCode = 200;
            context.Response.Close();
        }
    }
}
