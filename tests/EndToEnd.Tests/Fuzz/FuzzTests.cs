using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using GaiaOrleans.EndToEnd.Tests.Clusters;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.EndToEnd.Tests.Fuzz;

/// <summary>
/// Ten thousand requests over every operation of the OpenAPI document, right, nearly right and wrong, against processes: none hangs, none is
/// answered by a defect, every refusal says in one shape what it is, and the cluster is whole afterwards.
/// </summary>
public sealed class FuzzTests
{
    private const int Requests = 10_000;
    private const int Seed = 20261126;
    private const int AtOnce = 16;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Not the input's doing: dual-write was just being switched by another of these requests.</summary>
    private static readonly string[] Passing = ["closing"];

    private static readonly HttpClient Client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false }) { Timeout = Patience };

    [Fact]
    public async Task No_request_brings_a_cluster_out_of_its_shape()
    {
        await using var cluster = await LocalCluster.StartAsync(silos: 1, sessions: 30, settings: Unhurried.Settings);
        var silo = new Http(cluster.Silos[0].Url);
        await silo.Post("api/migration/dual-write", """{"enabled":true,"mode":"go_leads","reason":"fuzz"}""").Ok();
        var maker = new RequestMaker((await silo.Get("openapi/v1.json").Ok()).Json, Seed);
        Assert.True(maker.Operations > 60, $"the document lists {maker.Operations} operations");

        var wrong = new ConcurrentQueue<string>();
        var statuses = new ConcurrentDictionary<int, int>();
        await Parallel.ForEachAsync(Enumerable.Range(0, Requests), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (number, _) =>
        {
            var request = maker.Make(number);
            try
            {
                var (status, complaint) = await Ask(cluster.Silos[0].Url, request);
                statuses.AddOrUpdate(status, 1, (_, n) => n + 1);
                if (complaint is not null) wrong.Enqueue($"{request}\n    {complaint}");
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException)
            {
                wrong.Enqueue($"{request}\n    {e.Message}");
            }
        });
        Assert.True(wrong.IsEmpty, $"{wrong.Count} of {Requests}:\n{string.Join('\n', wrong.Take(40))}");
        // Else nothing was asked that the server understood.
        foreach (var status in (int[])[200, 201, 204, 400, 404, 409, 413]) Assert.True(statuses.ContainsKey(status), $"nothing was answered {status}");

        await Whole(cluster, silo);
    }

    /// <returns>The status, and what is wrong with the answer.</returns>
    private static async Task<(int Status, string? Complaint)> Ask(Uri url, FuzzedRequest made)
    {
        using var request = new HttpRequestMessage(new(made.Method), new Uri(url.ToString().TrimEnd('/') + made.Target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        if (made.Body is { } body) request.Content = new ByteArrayContent(body);
        foreach (var (name, value) in made.Headers)
            if (!request.Headers.TryAddWithoutValidation(name, value)) request.Content?.Headers.TryAddWithoutValidation(name, value);
        using var response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var (status, kind) = ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType);
        // A stream goes on.
        if (kind == "text/event-stream") return (status, null);
        var text = await response.Content.ReadAsStringAsync();
        if (status < 400) return (status, null);
        // GAIA_HOME's own answer is passed on as it is.
        if (response.Headers.TryGetValues("X-Gaia-Served-By", out var side) && side.Single() == "python" && kind != "application/problem+json") return (status, status < 500 ? null : $"GAIA_HOME: {status} {text}");
        var code = kind == "application/problem+json" ? (string?)JsonNode.Parse(text)!["code"] : null;
        if (string.IsNullOrEmpty(code)) return (status, $"{status} without a code: {kind} {text}");
        return (status, status < 500 || Passing.Contains(code) ? null : $"{status} {text}");
    }

    /// <summary>It serves, what is stored can be read, and both sides agree.</summary>
    private static async Task Whole(LocalCluster cluster, Http silo)
    {
        Assert.False(cluster.Silos[0].HasExited, string.Join('\n', cluster.Silos[0].Output));
        await silo.Get("health/ready").Ok();
        await silo.Post("api/migration/resume", """{"reason":"after the fuzz"}""");
        await silo.Post("api/migration/dual-write", """{"enabled":true,"mode":"go_leads","ack":"both","reason":"after the fuzz"}""").Ok();
        foreach (var path in (string[])["status", "history?limit=1000", "conflicts?limit=1000", "errors?limit=1000", "runs", "pins", "checklist", "gateways", "timeseries", "evidence"]) await silo.Get($"api/migration/{path}").Ok();

        var gateway = new Http(cluster.Gateway.Url);
        await gateway.Put("api/sessions/after-the-fuzz", """{"status":"busy"}""").Ok();
        Assert.Equal("busy", (string?)(await silo.Get("api/sessions/after-the-fuzz").Ok()).Json["status"]);
        Assert.Equal("busy", (string?)(await new Http(cluster.Legacy.Url).Get("api/sessions/after-the-fuzz").Ok()).Json["status"]);
        var listed = (await gateway.Get("api/sessions").Ok()).Json.AsArray();
        Assert.Contains("after-the-fuzz", listed.Select(s => (string?)s!["id"]));
        // While dual-write was off GAIA_HOME was told what only it can store: its clients are still shown that, and nobody else is.
        await silo.Post("api/migration/rollback", "").Ok();
        var unstorable = 0;
        foreach (var session in listed)
        {
            var id = Uri.EscapeDataString((string)session!["id"]!);
            await gateway.Get($"api/sessions/{id}").Ok();
            var inspected = await silo.Get($"api/migration/sessions/{id}").Ok();
            if ((string?)inspected.Json["status"] != "unverified") continue;
            Assert.Contains("cannot be stored", inspected.Body, StringComparison.Ordinal);
            unstorable++;
        }

        await silo.Post("api/migration/runs/verify/cancel", "{}");
        await Eventually.Get(() => silo.Post("api/migration/runs", """{"kind":"verify"}"""), a => a.Status == HttpStatusCode.Accepted, Patience);
        var run = await Eventually.Get(async () => (await silo.Get("api/migration/runs/verify").Ok()).Json, r => (string?)r["state"] is "completed" or "failed" or "cancelled", Patience);
        Assert.Equal(("completed", unstorable, 0, 0), ((string?)run["state"], (int?)run["failed"], (int?)run["mismatched"], (int?)run["pending"]));
    }
}
