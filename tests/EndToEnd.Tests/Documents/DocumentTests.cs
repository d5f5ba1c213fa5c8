using GaiaOrleans.EndToEnd.Tests.Clusters;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.EndToEnd.Tests.Documents;

/// <summary>The documents that a team reaches for, executed on a cluster with troubles.</summary>
public sealed class DocumentTests(DocumentTests.TroubledCluster troubled) : IClassFixture<DocumentTests.TroubledCluster>
{
    private const string Decided = "Session conflicts";

    [Fact]
    public async Task The_pages_for_those_who_look_for_a_cause_run()
    {
        using var shell = new DocumentShell(troubled.Cluster);
        await Walk(shell, "RUNBOOKS");
        await Walk(shell, "CLUSTER_OPERATIONS");
        await Walk(shell, "DATABASE_OPTIMIZATION");
        await Walk(shell, "DISASTER_RECOVERY");
        var table = BlockTable.Of("TROUBLESHOOTING");
        var blocks = table.Blocks();
        var upTo = blocks.ToList().FindLastIndex(b => b.Name.StartsWith(Decided, StringComparison.Ordinal)) + 1;
        await shell.Walk(table, blocks.Take(upTo));
        await Troubles.End(troubled.Cluster);
        await shell.Walk(table, blocks.Skip(upTo));
    }

    [Fact]
    public async Task The_originals_own_loop_which_lacks_an_r_is_told_so_by_every_answer()
    {
        using var shell = new DocumentShell(troubled.Cluster);
        var said = await shell.Run(new("x", "bash", """
            command curl -s http://gaia_home:5000/api/sessions | command jq '.[] | .id' > "$SITE/sessions.txt"
            for session_id in $(head -3 "$SITE/sessions.txt"); do
              command curl -s -X POST http://localhost:8080/api/migration/session \
                -H "Content-Type: application/json" \
                -d "{\"session_id\": \"$session_id\"}"
              echo
            done
            """));
        var answers = said.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, answers.Length);
        Assert.All(answers, answer => Assert.Matches("\"status\":400.*jq -r", answer));
    }

    [Theory]
    [InlineData("false")]
    [InlineData("curl http://localhost:8080/api/migration/no-such-page | jq .")]
    [InlineData("curl http://localhost:8080/health | jq .no_such_member")]
    [InlineData("curl http://localhost:8080/api/migration/pins | jq .")]
    [InlineData("curl http://localhost:8080/metrics | grep no_such_metric")]
    [InlineData("./gaia status --no-such-option")]
    [InlineData("docker ps")]
    public async Task A_block_that_fails_or_finds_nothing_is_noticed(string text)
    {
        using var shell = new DocumentShell(troubled.Cluster);
        await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() => shell.Run(new("x", "bash", text)));
    }

    [Theory]
    [InlineData("""{"status": "validated"}""", """{"status": "validated", "more": 1}""", true)]
    [InlineData("""{"status": "validated"}""", """{"status": "conflicts"}""", false)]
    [InlineData("""{"status": "validated"}""", "{}", false)]
    [InlineData("""{"validated": true}""", """{"validated": false}""", false)]
    [InlineData("""{"p95": 15}""", """{"p95": 7.5}""", true)]
    [InlineData("""{"p95": 15}""", """{"p95": null}""", false)]
    [InlineData("""{"conflicts": [], "version": {}}""", """{"conflicts": [], "version": {"id": "a"}}""", true)]
    [InlineData("""{"conflicts": []}""", """{"conflicts": [1]}""", false)]
    [InlineData("""{"version": {}}""", """{"version": {}}""", false)]
    [InlineData("""{"id": "b"}""", "progress\n[\n{\"id\": \"a\"}]\nmore\n[{\"id\": \"b\"}, {\"id\": \"c\"}]", true)]
    public void What_is_printed_is_like_what_is_shown_or_not(string shown, string printed, bool alike)
    {
        var block = new DocumentBlock("x", "json", shown);
        if (alike) Printed.Like(block, printed);
        else Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => Printed.Like(block, printed));
    }

    private static Task Walk(DocumentShell shell, string document)
    {
        var table = BlockTable.Of(document);
        return shell.Walk(table, table.Blocks());
    }

    public sealed class TroubledCluster : IAsyncLifetime
    {
        public LocalCluster Cluster { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Cluster = await LocalCluster.StartAsync(sessions: 60, settings: Troubles.Settings);
            var silo = new Http(Cluster.Silos[0].Url);
            await silo.Post("api/migration/dual-write", """{"enabled":true,"mode":"go_leads","ack":"both","reason":"tests"}""").Ok();
            await silo.Post("api/migration/runs", """{"kind":"migrate"}""").Ok();
            await Eventually.Get(async () => (string?)(await silo.Get("api/migration/runs/migrate").Ok()).Json["state"], state => state == "completed", TimeSpan.FromSeconds(60));
            await Troubles.Begin(Cluster);
        }

        public async Task DisposeAsync() => await Cluster.DisposeAsync();
    }
}
