using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.EndToEnd.Tests.Events;

/// <summary>A receiver that checks what it is sent as a stranger would, from the documents alone, and refuses the first attempts.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    public const string Secret = "what the receiver knows";

    private readonly HttpListener _listener = new();
    private readonly Task _serving;
    private int _refusals;

    public WebhookReceiver(int refusals)
    {
        _refusals = refusals;
        Url = $"http://127.0.0.1:{FreePort.Next()}/";
        _listener.Prefixes.Add(Url);
        _listener.Start();
        _serving = Serve();
    }

    public string Url { get; }

    /// <summary>The ids of accepted events, as they came.</summary>
    public ConcurrentQueue<long> Accepted { get; } = new();

    public ConcurrentQueue<string> Wrong { get; } = new();

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
            catch (Exception e) when (e is ObjectDisposedException or HttpListenerException)
            {
                return; // closed
            }

            try
            {
                await Receive(context);
            }
            // The silo was killed in the middle of it.
            catch (Exception e) when (e is HttpListenerException or IOException)
            {
            }
        }
    }

    private async Task Receive(HttpListenerContext context)
    {
        using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        if (_refusals-- > 0)
        {
            context.Response.StatusCode = 503;
        }
        else
        {
            var (at, signature) = context.Request.Headers["X-Gaia-Signature"]!.Split(',') is [var t, var v] ? (t[2..], v[3..]) : ("", "");
            var expected = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes($"{at}.{body}")));
            if (signature != expected) Wrong.Enqueue(body);
            Accepted.Enqueue(long.Parse(context.Request.Headers["X-Gaia-Event-Id"]!, System.Globalization.CultureInfo.InvariantCulture));
        }

        context.Response.Close();
    }
}
