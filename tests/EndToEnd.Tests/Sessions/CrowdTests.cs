using System.Net;
using System.Net.Sockets;
using System.Text;
using GaiaOrleans.EndToEnd.Tests.Clusters;

namespace GaiaOrleans.EndToEnd.Tests.Sessions;

/// <summary>Thousands who hold a connection and ask for nothing, or never come to the end of what they ask: the others are served as ever.</summary>
[Collection(SharedClusterTests.Name)]
public sealed class CrowdTests(SharedCluster shared)
{
    private const int Idle = 5_000;
    private const int Slow = 200;

    // The server gives a request's headers 30 s, and a body that trickles 5 s.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Who_only_holds_a_connection_costs_the_others_nothing_and_who_never_ends_is_shown_out()
    {
        var gateway = shared.Cluster.Gateway.Url;
        var sockets = new List<Socket>();
        try
        {
            for (var i = 0; i < Idle; i++) sockets.Add(await Connect(gateway, ""));
            var half = new List<Socket>();
            for (var i = 0; i < Slow; i++) half.Add(await Connect(gateway, "PUT /api/sessions/session-000001 HTTP/1.1\r\nHost: gaia\r\nX-Slow: "));
            sockets.AddRange(half);
            var trickle = await Connect(gateway, "PUT /api/sessions/session-000001 HTTP/1.1\r\nHost: gaia\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{");
            sockets.Add(trickle);

            var http = new Http(gateway);
            for (var i = 0; i < 100; i++) await http.Get("api/sessions/session-000001").Ok();

            Assert.StartsWith("HTTP/1.1 408", await Answer(trickle), StringComparison.Ordinal);
            foreach (var socket in half) Assert.StartsWith("HTTP/1.1 408", await Answer(socket), StringComparison.Ordinal);
            Assert.All(sockets.Take(Idle), s => Assert.True(s.Connected && !s.Poll(0, SelectMode.SelectRead), "an idle connection was closed"));
            await http.Get("api/sessions/session-000001").Ok();
        }
        finally
        {
            foreach (var socket in sockets) socket.Dispose();
        }
    }

    private static async Task<Socket> Connect(Uri gateway, string said)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, gateway.Port));
        if (said.Length > 0) await socket.SendAsync(Encoding.ASCII.GetBytes(said));
        return socket;
    }

    private static async Task<string> Answer(Socket socket)
    {
        var buffer = new byte[1024];
        using var patience = new CancellationTokenSource(Patience);
        return Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer, patience.Token));
    }
}
