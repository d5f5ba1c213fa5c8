using System.Net;
using System.Text.Json.Nodes;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.Sessions.Tests;

/// <summary>Three silos with dual-write on, and a service that calls their sessions.</summary>
public sealed class SharedService : IAsyncLifetime
{
    public LocalCluster Cluster { get; private set; } = null!;

    internal Http Silo { get; private set; } = null!;

    internal Http Legacy { get; private set; } = null!;

    public Service Service { get; private set; } = null!;

    public GaiaSessions Sessions => Service.Sessions;

    public async Task InitializeAsync()
    {
        Cluster = await LocalCluster.StartAsync(sessions: 30, settings: Unhurried.Settings);
        (Silo, Legacy) = (new(Cluster.Silos[^1].Url), new(Cluster.Legacy.Url));
        await Silo.Posted("api/migration/dual-write", """{"enabled":true,"mode":"go_leads","ack":"both","reason":"tests"}""");
        Service = await Service.Start(Cluster, "shop", ("GaiaSessions:Patience", "00:01:00"));
    }

    public async Task DisposeAsync()
    {
        await Service.DisposeAsync();
        await Cluster.DisposeAsync();
    }
}

/// <summary>A service that calls sessions directly is a gateway like every other.</summary>
public sealed class GaiaSessionsTests(SharedService shared) : IClassFixture<SharedService>
{
    private static readonly string[] Writes = ["POST", "PUT"];

    private GaiaSessions Sessions => shared.Sessions;

    /// <summary>Over HTTP a gateway's clients show GAIA_HOME who they are; here the service is the client.</summary>
    [Fact]
    public async Task It_shows_legacy_its_credential()
    {
        var shown = new TaskCompletionSource<string>();
        using var home = new HttpListener();
        var port = FreePort.Next();
        home.Prefixes.Add($"http://127.0.0.1:{port}/");
        home.Start();
        var answering = Answer();
        await using (var keyed = await Service.Start(shared.Cluster, "keyed", ("Legacy:BaseUrl", $"http://127.0.0.1:{port}"), ("Legacy:Auth", "basic"), ("Legacy:Credential", "user:password")))
            Assert.Equal("idle", (await keyed.Sessions.Get("session-000001"))!.As<Named>().Status);
        Assert.Equal("Basic dXNlcjpwYXNzd29yZA==", await shown.Task);
        await answering;

        async Task Answer()
        {
            var asked = await home.GetContextAsync();
            shown.SetResult(asked.Request.Headers["Authorization"] ?? "none");
            await asked.Response.OutputStream.WriteAsync("""{"id":"session-000001","status":"idle"}"""u8.ToArray());
            asked.Response.Close();
        }
    }

    [Fact]
    public async Task What_it_writes_is_on_both_sides()
    {
        var made = await Sessions.Create(new() { ["id"] = "typed/ü.1", ["status"] = "active", ["home_grown"] = true });
        Assert.Equal(("typed/ü.1", 1L, true, DualWriteOutcome.Success), (made.Id, made.Version, made.Created, made.DualWrite));
        Assert.Equal("active", await Both(made.Id));
        Assert.Equal(2, (await Sessions.Patch(made.Id, new() { ["status"] = "idle" })).Version);
        Assert.Equal("idle", await Both(made.Id));
        var put = await Sessions.Put(made.Id, new() { ["status"] = "busy" }, new(IfVersion: 2));
        Assert.Equal((3L, false, "busy"), (put.Version, put.Created, put.Document!["status"]!.GetValue<string>()));
        Assert.Equal("busy", await Both(made.Id));
        var read = await Sessions.Get(made.Id);
        Assert.Equal((3L, "busy"), (read!.Version, read.As<Named>().Status));
        await Sessions.Delete(made.Id);
        Assert.Null(await Sessions.Get(made.Id));
        Assert.Null(await shared.Legacy.Get("api/sessions/" + Uri.EscapeDataString(made.Id)));
    }

    [Fact]
    public async Task What_is_refused_has_its_type_and_changes_nothing()
    {
        await Sessions.Create(new() { ["id"] = "refused", ["status"] = "idle" });
        Assert.Equal("refused", (await Assert.ThrowsAsync<SessionExistsException>(() => Sessions.Create(new() { ["id"] = "refused", ["status"] = "busy" }))).SessionId);
        Assert.Equal(1, (await Assert.ThrowsAsync<VersionMismatchException>(() => Sessions.Put("refused", new() { ["status"] = "busy" }, new(IfVersion: 7)))).Current);
        await Assert.ThrowsAsync<UnknownSessionException>(() => Sessions.Patch("nobody", new() { ["status"] = "busy" }));
        await Assert.ThrowsAsync<UnknownSessionException>(() => Sessions.Delete("nobody"));
        Assert.Contains("max_concurrent_tasks", (await Assert.ThrowsAsync<InvalidInputException>(() => Sessions.Patch("refused", new() { ["max_concurrent_tasks"] = "many" }))).Errors.Keys);
        await Assert.ThrowsAsync<InvalidInputException>(() => Sessions.Get("two\nlines"));
        await Assert.ThrowsAsync<TooLargeException>(() => Sessions.Put("refused", new() { ["metadata"] = new string('x', 1_100_000) }));
        Assert.Equal("idle", await Both("refused"));
        Assert.Equal(1, (await Sessions.Get("refused"))!.Version);
    }

    [Fact]
    public async Task A_session_may_have_a_member_of_that_name()
    {
        await Sessions.Create(new() { ["id"] = "has-session", ["status"] = "idle", ["session"] = new JsonObject { ["k"] = 1 } });
        var read = (await Sessions.Get("has-session"))!.Document;
        Assert.Equal(("idle", 1), (read["status"]!.GetValue<string>(), read["session"]!["k"]!.GetValue<int>()));
    }

    [Fact]
    public async Task One_key_is_one_change()
    {
        var first = await Sessions.Create(new() { ["status"] = "idle" }, new(IdempotencyKey: "typed-key"));
        var again = await Sessions.Create(new() { ["status"] = "idle" }, new(IdempotencyKey: "typed-key"));
        Assert.Equal((first.Id, first.Version, false, true), (again.Id, again.Version, first.Replayed, again.Replayed));
        await Assert.ThrowsAsync<IdempotencyKeyReusedException>(() => Sessions.Create(new() { ["status"] = "busy" }, new(IdempotencyKey: "typed-key")));
    }

    [Fact]
    public async Task It_reads_no_further_back_than_what_was_acknowledged()
    {
        await Sessions.Put("acknowledged", new() { ["status"] = "idle" });
        await shared.Cluster.Legacy.SuspendAsync();
        try
        {
            var changed = await Sessions.Patch("acknowledged", new() { ["status"] = "busy" });
            Assert.Contains(changed.DualWrite, new[] { DualWriteOutcome.Partial, DualWriteOutcome.Pending });
            // GAIA_HOME serves this session, and has not been given the change.
            Assert.Equal("busy", (await Sessions.Get("acknowledged"))!.Document["status"]!.GetValue<string>());
        }
        finally
        {
            await shared.Cluster.Legacy.ResumeAsync();
        }

        await Eventually.Get(() => Both("acknowledged"), status => status == "busy", TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_change_of_the_split_waits_for_it_and_holds_for_it()
    {
        await Sessions.Put("split", new() { ["status"] = "idle" });
        var known = (await shared.Silo.Get("api/migration/gateways"))!.AsArray();
        Assert.Equal("client", known.Single(g => g!["name"]!.GetValue<string>() == "shop")!["kind"]!.GetValue<string>());
        var up = await shared.Silo.Posted("api/traffic-split", """{"go_percentage":100,"python_percentage":0,"force":true,"reason":"tests"}""");
        try
        {
            Assert.Equal(known.Count, up["gateways_acknowledged"]!.GetValue<int>());
            // Only the target is asked now.
            await shared.Cluster.Legacy.SuspendAsync();
            Assert.Equal("idle", (await Sessions.Get("split"))!.Document["status"]!.GetValue<string>());
        }
        finally
        {
            await shared.Cluster.Legacy.ResumeAsync();
            await Eventually.Get(async () => (await shared.Silo.Post("api/traffic-split", """{"go_percentage":0,"python_percentage":100,"reason":"tests"}""")).Status, status => status == System.Net.HttpStatusCode.OK, TimeSpan.FromSeconds(60));
        }
    }

    [Fact]
    public async Task A_lost_silo_costs_no_call_and_no_change_is_made_twice()
    {
        const int Writers = 8;
        const int Each = 40;
        var silo = shared.Cluster.Silos[0];
        var begun = 0;
        var halfway = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(async writer =>
        {
            var made = await Sessions.Create(new() { ["status"] = "idle", ["lesson_id"] = $"lost-{writer}" });
            for (var n = 1; n <= Each; n++)
            {
                if (Interlocked.Increment(ref begun) == Writers * Each / 4) halfway.SetResult();
                // One more than it found, and only if it is the very version that the change before it made.
                await Sessions.Patch(made.Id, new() { ["metadata"] = new JsonObject { ["n"] = n } }, new(IfVersion: n));
            }

            return made.Id;
        }));
        await Task.WhenAny(halfway.Task, writing);
        await silo.KillAsync();
        foreach (var id in await writing)
        {
            var read = await Sessions.Get(id);
            Assert.Equal((Each + 1L, Each), (read!.Version, read.Document["metadata"]!["n"]!.GetValue<int>()));
        }

        var lost = new List<string>();
        await foreach (var session in Sessions.List())
            if (session.Document["lesson_id"]?.ToString().StartsWith("lost-", StringComparison.Ordinal) is true) lost.Add(session.Id);
        Assert.Equal(Writers, lost.Count);
        await silo.RestartAsync();
    }

    [Fact]
    public async Task What_may_have_happened_is_asked_for_again_and_happens_once()
    {
        await shared.Silo.Posted("api/migration/dual-write", """{"mode":"python_leads","reason":"tests"}""");
        // GAIA_HOME leads, does what it was asked for, and does not say so.
        await shared.Cluster.Legacy.SetFaultsAsync(new { apply_then = "drop", only = new { methods = Writes } });
        var creating = Sessions.Create(new() { ["status"] = "idle", ["lesson_id"] = "unknown-once" });
        var again = () => Task.FromResult(creating.IsCompleted || shared.Service.Log.Any(line => line.Contains("outcome_unknown", StringComparison.Ordinal)));
        await Eventually.Get(again, done => done, TimeSpan.FromSeconds(60));
        Assert.False(creating.IsCompleted);
        await shared.Cluster.Legacy.ClearFaultsAsync();
        var made = await creating;
        await shared.Silo.Posted("api/migration/dual-write", """{"mode":"go_leads","reason":"tests"}""");
        Assert.Equal("idle", await Eventually.Get(() => Both(made.Id), status => status == "idle", TimeSpan.FromSeconds(60)));
        var theirs = SessionJson.Sessions((await shared.Legacy.Get("api/sessions"))!).Where(s => s.Document["lesson_id"]?.ToString() == "unknown-once").Select(s => s.Id);
        Assert.Equal([made.Id], theirs);
    }

    [Fact]
    public async Task Who_gives_up_is_let_go_at_once()
    {
        await Sessions.Put("given-up", new() { ["status"] = "idle" });
        using var patience = new CancellationTokenSource();
        await shared.Cluster.Legacy.SuspendAsync();
        try
        {
            var reading = Sessions.Get("given-up", patience.Token);
            await patience.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(TimeSpan.FromSeconds(20)));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Sessions.Put("given-up", new() { ["status"] = "busy" }, cancellationToken: patience.Token));
        }
        finally
        {
            await shared.Cluster.Legacy.ResumeAsync();
        }

        Assert.Equal("idle", (await Eventually.Get(() => Sessions.Get("given-up"), s => s is not null, TimeSpan.FromSeconds(30)))!.Document["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task One_that_stops_is_no_longer_waited_for()
    {
        await using var service = await Service.Start(shared.Cluster, "short-lived");
        await service.Sessions.Put("short-lived", new() { ["status"] = "idle" });
        Assert.Contains("short-lived", await Gateways());
        await service.Stop();
        Assert.DoesNotContain("short-lived", await Gateways());

        async Task<IEnumerable<string>> Gateways() => (await shared.Silo.Get("api/migration/gateways"))!.AsArray().Select(g => g!["name"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_example_runs()
    {
        await using var example = ChildProcess.Start(new("dotnet", Built.Program("SessionsExample"))
        {
            Environment = new Dictionary<string, string?> { ["Gaia__Silos__0"] = $"127.0.0.1:{shared.Cluster.Silos[^1].OrleansPort}", ["Legacy__BaseUrl"] = $"{shared.Cluster.Legacy.Url}" },
        });
        var code = await example.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
        var printed = string.Join('\n', example.Output);
        Assert.True(code == 0, printed);
        Assert.Contains("both sides: Success", printed, StringComparison.Ordinal);
        Assert.Contains("read Example { SessionName = example, Status = active }", printed, StringComparison.Ordinal);
        Assert.Contains("deleted, and reads nothing", printed, StringComparison.Ordinal);
    }

    /// <summary>The status that both sides show, which must be one.</summary>
    private async Task<string> Both(string id)
    {
        var both = (await shared.Silo.Get($"api/migration/sessions/{Uri.EscapeDataString(id)}"))!;
        var (go, python) = (both["go_version"]?["status"]?.ToString(), both["python_version"]?["status"]?.ToString());
        return go == python ? go! : $"go {go}, python {python}";
    }

    private sealed record Named(string Status);
}
