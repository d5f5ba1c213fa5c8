using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using System.Text;
using System.Text.Json.Nodes;
using GaiaOrleans.Contracts.Access;
using GaiaOrleans.Gateway.Access;
using GaiaOrleans.Grains.Events;
using GaiaOrleans.Silo.Events;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;

namespace GaiaOrleans.Silo.Tests.Events;

public sealed class EventStreamTests
{
    [Fact]
    public async Task A_stream_begins_where_it_is_told_and_goes_on_with_what_happens()
    {
        await using var host = await EventHost.Start();
        host.Append(5);
        await using var stream = await host.Open("?after=2");
        Assert.Equal(["3", "4", "5"], (await host.Read(stream, 3)).Select(i => i.EventId));
        host.Append(1, EventKinds.Split);
        await using var again = await host.Open("?after=0", lastEventId: "4");
        var items = await host.Read(again, 2);
        Assert.Equal([("5", "run"), ("6", "split")], items.Select(i => (i.EventId, i.EventType)));
        var data = JsonNode.Parse(items[1].Data)!;
        Assert.Equal((6, "split", 0), (data["id"]!.GetValue<long>(), data["kind"]!.GetValue<string>(), data["data"]!["n"]!.GetValue<int>()));
    }

    [Fact]
    public async Task Without_a_beginning_it_begins_now()
    {
        await using var host = await EventHost.Start();
        host.Append(5);
        await using var stream = await host.Open();
        host.Append(1);
        Assert.Equal("6", Assert.Single(await host.Read(stream, 1)).EventId);
    }

    [Fact]
    public async Task A_reader_from_far_behind_gets_everything_once_while_more_happens()
    {
        await using var host = await EventHost.Start();
        host.Append(2_500);
        await using var stream = await host.Open("?after=0");
        var reading = host.Read(stream, 5_000);
        for (var i = 0; i < 25; i++)
        {
            host.Append(100);
            await Task.Yield();
        }

        Assert.Equal(Enumerable.Range(1, 5_000).Select(i => i.ToString(System.Globalization.CultureInfo.InvariantCulture)), (await reading).Select(i => i.EventId!));
    }

    [Fact]
    public async Task Only_the_kinds_that_were_asked_for_come()
    {
        await using var host = await EventHost.Start();
        host.Append(3);
        host.Append(1, EventKinds.Split);
        host.Append(3);
        host.Append(1, EventKinds.Pause);
        await using var stream = await host.Open("?after=0&kind=split,pause");
        Assert.Equal(["split", "pause"], (await host.Read(stream, 2)).Select(i => i.EventType));
    }

    [Fact]
    public async Task A_stream_with_nothing_to_say_shows_that_it_lives()
    {
        await using var host = await EventHost.Start();
        await using var stream = await host.Open();
        using var reader = new StreamReader(stream);
        Assert.Equal("retry: 1000", await reader.ReadLineAsync());
        Assert.Equal("id: 0", await reader.ReadLineAsync());
        Assert.Equal("", await reader.ReadLineAsync());
        var comment = reader.ReadLineAsync();
        await Eventually.True(() =>
        {
            host.Time.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(comment.IsCompleted);
        }, "a comment");
        Assert.Equal(":", await comment);
    }

    [Fact]
    public async Task A_silo_that_stops_ends_its_streams_in_good_order()
    {
        await using var host = await EventHost.Start();
        await using var stream = await host.Open();
        using var reader = new StreamReader(stream);
        var rest = reader.ReadToEndAsync();
        await host.Stop();
        Assert.Equal("retry: 1000\nid: 0\n\n", await rest);
    }

    /// <summary>A token lasts minutes, a browser's cookie hours, and a key until it is taken away.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stream_ends_with_what_let_its_reader_in(bool keyed)
    {
        await using var host = await EventHost.Start();
        var identity = new ClaimsIdentity([new(ClaimTypes.Name, "eve")], "Key");
        // Nobody holds such a key any more.
        if (keyed) identity.AddClaim(new(SessionOfBrowser.Hash, ApiKey.HashOf(ApiKey.New())));
        var until = host.Time.GetUtcNow().AddMinutes(keyed ? 60 : 5);
        host.Credential = AuthenticateResult.Success(new(new(identity), new() { ExpiresUtc = until }, "Key"));
        await using var stream = await host.Open();
        using var reader = new StreamReader(stream);
        var rest = reader.ReadToEndAsync();
        await Eventually.True(() =>
        {
            host.Time.Advance(TimeSpan.FromSeconds(10));
            return Task.FromResult(rest.IsCompleted);
        }, "the end");
        Assert.StartsWith("retry: 1000\nid: 0\n\n", await rest, StringComparison.Ordinal);
        Assert.Equal(keyed, host.Time.GetUtcNow() < until);
    }

    [Fact]
    public async Task A_reader_that_takes_nothing_is_cut_and_nothing_is_gathered_for_it()
    {
        var taken = 0;
        var ended = new TaskCompletionSource();
        await using var host = await EventHost.Start(app => app.MapGet("/endless", () => new EventStream(Endless(CancellationToken.None))));
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4_096 };
        await socket.ConnectAsync(IPAddress.Loopback, host.Http.BaseAddress!.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes("GET /endless HTTP/1.1\r\nHost: x\r\n\r\n"));
        await Eventually.True(() =>
        {
            host.Time.Advance(TimeSpan.FromMilliseconds(100));
            return Task.FromResult(ended.Task.IsCompleted);
        }, "the cut");
        Assert.InRange(taken, 1, 500);

        async IAsyncEnumerable<StreamItem> Endless([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            try
            {
                while (true)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    taken++;
                    await Task.Yield();
                    yield return new("run", new string('x', 100_000));
                }
            }
            finally
            {
                ended.SetResult();
            }
        }
    }

    [Fact]
    public async Task Who_accepts_only_JSON_gets_a_list_newest_first()
    {
        await using var host = await EventHost.Start();
        host.Append(3);
        host.Append(1, EventKinds.Split);
        Assert.Equal([4, 3], await List("?limit=2"));
        Assert.Equal([3, 2, 1], await List("?kind=run"));

        async Task<IEnumerable<long>> List(string query)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/migration/events{query}") { Headers = { { "Accept", "application/json" } } };
            using var response = await host.Http.SendAsync(request);
            return JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsArray().Select(e => e!["id"]!.GetValue<long>());
        }
    }

    [Theory]
    [InlineData("?after=x", null, "after")]
    [InlineData("?after=-1", null, "after")]
    [InlineData("?after=4", null, "after")]
    [InlineData("", "x", "Last-Event-ID")]
    [InlineData("?kind=run,nonsense", null, "kind")]
    public async Task What_cannot_be_meant_is_refused_by_name(string query, string? lastEventId, string field)
    {
        await using var host = await EventHost.Start();
        host.Append(3);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/migration/events{query}");
        if (lastEventId is not null) request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        using var response = await host.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.NotNull(JsonNode.Parse(await response.Content.ReadAsStringAsync())!["errors"]![field]);
    }
}
