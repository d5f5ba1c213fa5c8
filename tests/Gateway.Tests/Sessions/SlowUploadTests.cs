using System.Net;
using System.Text;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Gateway.Rollouts;
using GaiaOrleans.Gateway.Tests.Hosts;

namespace GaiaOrleans.Gateway.Tests.Sessions;

/// <summary>A change of the rollout waits for requests under way, and so never for a client that is slow to say what it wants.</summary>
public sealed class SlowUploadTests
{
    private static readonly DualWriteSettings Off = new(false, false, DualWriteMode.GoLeads, AckPolicy.Both);

    private sealed class SlowBody(string body, Task rest) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var bytes = Encoding.UTF8.GetBytes(body);
            await stream.WriteAsync(bytes.AsMemory(0, 5));
            await stream.FlushAsync();
            await rest;
            await stream.WriteAsync(bytes.AsMemory(5));
        }

        protected override bool TryComputeLength(out long length) => (length = -1) == 0;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_does_not_hold_up_a_change(bool dualWrite)
    {
        var cluster = new ScriptedCluster();
        if (!dualWrite) cluster.Rollout = cluster.Rollout with { DualWrite = Off };
        await using var host = await GatewayHost.Ready(cluster);
        var rest = new TaskCompletionSource();
        var body = new SlowBody("""{"status":"idle"}""", rest.Task);
        var upload = host.Send(HttpMethod.Put, "/api/sessions/s-1", body);
        await host.Reads.Waiting;
        cluster.Rollout = cluster.Rollout with { Epoch = 2 };
        var change = host.Get<GatewayLease>().Apply(cluster.Rollout);
        await change.WaitAsync(TimeSpan.FromSeconds(30));
        rest.SetResult();
        Assert.Equal(HttpStatusCode.OK, (await upload).Status);
        var arrived = dualWrite ? cluster.Writes.Single().Change.Body : host.Home.Requests.Single().Body;
        Assert.Equal("""{"status":"idle"}""", Encoding.UTF8.GetString(arrived));
        if (dualWrite) Assert.Equal(2, cluster.Writes.Single().Context.Epoch);
    }

    [Theory]
    [InlineData(100, false)]
    [InlineData(100, true)]
    [InlineData(70_000, true)]
    [InlineData(3_000_000, false)]
    [InlineData(3_000_000, true)]
    public async Task What_is_forwarded_arrives_whole_whatever_its_size(int size, bool chunked)
    {
        await using var host = await GatewayHost.Ready(new() { Rollout = Some.Rollout() with { DualWrite = Off } });
        var body = new string('x', size - 1) + "y";
        foreach (var (method, path) in new[] { (HttpMethod.Put, "/api/sessions/s-1"), (HttpMethod.Post, "/api/sessions"), (HttpMethod.Delete, "/api/sessions/s-1") })
        {
            Assert.Equal(HttpStatusCode.OK, (await host.Send(method, path, Content(body, chunked))).Status);
            Assert.Equal(body, Encoding.UTF8.GetString(host.Home.Requests.Last().Body));
        }

        Assert.Equal(HttpStatusCode.OK, (await host.Send(HttpMethod.Delete, "/api/sessions/s-1", (string?)null)).Status);
        Assert.False(host.Home.Requests.Last().Headers.ContainsKey("Transfer-Encoding"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task With_dual_write_on_a_body_over_the_limit_is_413(bool chunked)
    {
        await using var host = await GatewayHost.Ready();
        var answer = await host.Send(HttpMethod.Put, "/api/sessions/s-1", Content(new string(' ', 1_048_577), chunked));
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "too_large"), (answer.Status, (string?)answer.Json["code"]));
        Assert.Empty(host.Cluster.Writes);
    }

    private static HttpContent Content(string body, bool chunked) => chunked ? new SlowBody(body, Task.CompletedTask) : new ByteArrayContent(Encoding.UTF8.GetBytes(body));
}
