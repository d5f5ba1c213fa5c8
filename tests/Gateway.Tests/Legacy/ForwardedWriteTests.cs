using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Gateway.Rollouts;
using GaiaOrleans.Gateway.Tests.Hosts;
using Microsoft.AspNetCore.Http;

namespace GaiaOrleans.Gateway.Tests.Legacy;

/// <summary>With dual-write off GAIA_HOME is the only side, and what it does not say nobody knows.</summary>
public sealed class ForwardedWriteTests
{
    private static readonly ScriptedCluster Off = new() { Rollout = Some.Rollout() with { DualWrite = new(false, false, DualWriteMode.GoLeads, AckPolicy.Both) } };

    /// <summary>Chaos, seed 104: such a change was answered with lead_unavailable, and had been carried out.</summary>
    [Theory]
    [InlineData("PUT", "{}")]
    [InlineData("PATCH", "{}")]
    [InlineData("POST", "{}")]
    [InlineData("DELETE", null)]
    public async Task Whether_it_took_effect_is_not_known_when_legacy_breaks_off_and_it_is_not_asked_twice(string method, string? body)
    {
        await using var host = await GatewayHost.Ready(Off);
        // On a connection that has been used before a client library may think that asking again is safe.
        Assert.Equal(HttpStatusCode.OK, (await host.Read("/api/sessions/s-1")).Status);
        host.Home.Answer = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        var answer = await host.Send(new(method), method == "POST" ? "/api/sessions" : "/api/sessions/s-1", body);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "outcome_unknown"), (answer.Status, (string?)answer.Json["code"]));
        Assert.Single(host.Home.Requests, r => r.Method == method);
    }

    /// <summary>GAIA_HOME carries it out all the same, and a session must not be adopted as it was before.</summary>
    [Fact]
    public async Task Turning_dual_write_on_waits_for_a_change_whose_client_has_gone()
    {
        await using var host = await GatewayHost.Ready(new() { Rollout = Off.Rollout });
        var (asked, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        host.Home.Answer = async context =>
        {
            if (!HttpMethods.IsPut(context.Request.Method)) return;
            asked.TrySetResult();
            await goOn.Task;
        };
        using var client = new HttpClient();
        using var gone = new CancellationTokenSource();
        using var body = new StringContent("{}");
        var write = client.PutAsync(new Uri(host.Url + "/api/sessions/s-1"), body, gone.Token);
        await asked.Task;
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write);
        await host.Reads.Gone;
        for (var i = 0; i < 20; i++) await host.Read("/api/sessions/s-2");
        var change = host.Get<GatewayLease>().Apply(Off.Rollout with { Epoch = 2, DualWrite = Off.Rollout.DualWrite with { Closing = true } });
        for (var i = 0; i < 20; i++) await host.Read("/api/sessions/s-2");
        Assert.False(change.IsCompleted);
        goOn.SetResult();
        await change.WaitAsync(TimeSpan.FromSeconds(30));
    }

    /// <summary>An orderly end of the connection in place of an answer, as of a server that is stopped: the client library asks again by itself where there is no body.</summary>
    [Theory]
    [InlineData("PUT", "{}")]
    [InlineData("DELETE", null)]
    public async Task Nor_when_legacy_hangs_up(string method, string? body)
    {
        using var home = new TcpListener(IPAddress.Loopback, 0);
        home.Start();
        var requests = new ConcurrentQueue<string>();
        var serving = Serve(home, requests, hangsUp: line => line.StartsWith(method, StringComparison.Ordinal));
        await using (var host = await GatewayHost.Ready(Off, ("Legacy:BaseUrl", $"http://{home.LocalEndpoint}")))
        {
            Assert.Equal(HttpStatusCode.OK, (await host.Read("/api/sessions/s-1")).Status);
            var answer = await host.Send(new(method), "/api/sessions/s-1", body);
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "outcome_unknown"), (answer.Status, (string?)answer.Json["code"]));
            Assert.Single(requests, line => line.StartsWith(method, StringComparison.Ordinal));
        }

        home.Stop();
        await serving;
    }

    private static async Task Serve(TcpListener home, ConcurrentQueue<string> requests, Func<string, bool> hangsUp)
    {
        try
        {
            while (true) _ = Converse(await home.AcceptTcpClientAsync(), requests, hangsUp);
        }
        catch (SocketException)
        {
            // Stopped.
        }
    }

    private static async Task Converse(TcpClient client, ConcurrentQueue<string> requests, Func<string, bool> hangsUp)
    {
        using var connection = client;
        using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
        while (await reader.ReadLineAsync() is { Length: > 0 } request)
        {
            requests.Enqueue(request);
            var length = 0;
            while (await reader.ReadLineAsync() is { Length: > 0 } header)
                if (header.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)) length = int.Parse(header.AsSpan(15), CultureInfo.InvariantCulture);
            if (length > 0) await reader.ReadBlockAsync(new char[length]);
            if (hangsUp(request)) return;
            await client.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]"u8.ToArray());
        }
    }

    [Fact]
    public async Task Nothing_was_done_when_legacy_was_not_reached()
    {
        await using var host = await GatewayHost.Ready(Off);
        await host.Home.DisposeAsync();
        var answer = await host.Send(HttpMethod.Put, "/api/sessions/s-1", "{}");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "lead_unavailable"), (answer.Status, (string?)answer.Json["code"]));
    }

    /// <summary>A host that is off, or behind a firewall that says nothing, refuses no connection.</summary>
    [Fact]
    public async Task Nor_when_nothing_took_the_connection()
    {
        using var deaf = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        deaf.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        deaf.Listen(0);
        var waiting = await Filled(deaf.LocalEndPoint!);
        await using var host = await GatewayHost.Ready(Off, ("Legacy:BaseUrl", $"http://{deaf.LocalEndPoint}"));
        var answer = await host.Send(HttpMethod.Put, "/api/sessions/s-1", "{}");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "lead_unavailable"), (answer.Status, (string?)answer.Json["code"]));
        foreach (var socket in waiting) socket.Dispose();
    }

    /// <summary>Connections that wait to be accepted, as many as may: whoever comes next is not answered.</summary>
    private static async Task<List<Socket>> Filled(EndPoint address)
    {
        var waiting = new List<Socket>();
        while (true)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            waiting.Add(socket);
            try
            {
                await socket.ConnectAsync(address).WaitAsync(TimeSpan.FromSeconds(1));
            }
            catch (TimeoutException)
            {
                return waiting;
            }
        }
    }

    /// <summary>Longer than what is read before it is passed on, so that legacy hears the beginning.</summary>
    [Fact]
    public async Task A_body_that_is_no_body_is_the_clients_fault()
    {
        await using var host = await GatewayHost.Ready(Off);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, new Uri(host.Url).Port);
        var stream = client.GetStream();
        await stream.WriteAsync("PUT /api/sessions/s-1 HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n200000\r\n"u8.ToArray());
        await stream.WriteAsync(new byte[0x200000]);
        await stream.WriteAsync("\r\nno length of a chunk\r\n"u8.ToArray());
        using var reader = new StreamReader(stream, Encoding.Latin1);
        Assert.StartsWith("HTTP/1.1 400", await reader.ReadLineAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_read_that_is_not_answered_has_no_outcome()
    {
        await using var host = await GatewayHost.Ready(Off);
        host.Home.Answer = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        var answer = await host.Read("/api/sessions/s-1");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "lead_unavailable"), (answer.Status, (string?)answer.Json["code"]));
    }
}
