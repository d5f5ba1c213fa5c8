using System.Net;
using System.Text.Json.Nodes;
using GaiaOrleans.EndToEnd.Tests.Clusters;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.EndToEnd.Tests.Runs;

/// <summary>Writers write all the time. A correct system shows no mismatch, a damaged one exactly the damage, and repair mends it.</summary>
public sealed class VerifyUnderLoadTests
{
    private const int Sessions = 3_000;

    // The writers keep to these; what is planted is elsewhere, so that no write mends it by chance.
    private const int Written = 500;

    // Changes while it is verified.
    private const int Meanwhile = 150;

    // Of each kind of damage, in SQLite and in PostgreSQL.
    private const int Planted = 5;

    private const string InLegacy = """
        UPDATE sessions SET written_by = 'PLANT', body = replace(body, '"user_id":"', '"user_id":"planted-') WHERE id BETWEEN 'session-001001' AND 'session-001005';
        DELETE FROM sessions WHERE id BETWEEN 'session-001101' AND 'session-001105';
        INSERT INTO sessions (id, status, tier, body) SELECT 'p' || id, status, tier, replace(body, id, 'p' || id) FROM sessions WHERE id BETWEEN 'session-001201' AND 'session-001205';
        """;

    private static readonly string[] InTarget =
    [
        "UPDATE session_records SET lesson_id = 'planted' WHERE id BETWEEN 'session-002001' AND 'session-002005'",
        "DELETE FROM session_records WHERE id BETWEEN 'session-002101' AND 'session-002105'",
        """
        INSERT INTO session_records SELECT (jsonb_populate_record(r, jsonb_build_object('id', 'p' || r.id, 'session_name', 'p' || r.id))).*
        FROM session_records r WHERE id BETWEEN 'session-002201' AND 'session-002205'
        """,
    ];

    private static readonly (string Id, string Field)[] Damage =
    [
        .. Several("psession-0012", "$"), .. Several("psession-0022", "$"), .. Several("session-0010", "user_id"), .. Several("session-0011", "$"),
        .. Several("session-0020", "lesson_id"), .. Several("session-0021", "$"),
    ];

    private static readonly TimeSpan Thought = TimeSpan.FromMilliseconds(20);

    [Theory]
    [InlineData("both")]
    [InlineData("leader")]
    public async Task Nothing_is_found_where_nothing_is_wrong_and_exactly_what_is(string ack)
    {
        await using var cluster = await LocalCluster.StartAsync(silos: 2, sessions: Sessions, settings: Unhurried.Settings);
        await cluster.DualWrite(ack);
        await cluster.Run("""{"kind":"migrate"}""");
        using var stop = new CancellationTokenSource();
        var written = new int[4];
        var writers = Enumerable.Range(0, written.Length).Select(w => Write(cluster, w, written, stop.Token)).ToList();

        var meanwhile = 0;
        // As often as it takes for the writers to have come by, however slow the machine is.
        for (var i = 0; i < 3 || meanwhile < Meanwhile; i++)
        {
            Assert.DoesNotContain(writers, w => w.IsCompleted);
            var before = written.Sum();
            var quiet = await cluster.Run("""{"kind":"verify","rate":1500}""");
            Assert.Equal((0, 0, 0), (quiet.Count("mismatched"), quiet.Count("failed"), quiet.Count("repaired")));
            meanwhile += written.Sum() - before;
        }

        await cluster.Legacy.InSqlite(InLegacy);
        foreach (var sql in InTarget) Assert.Equal(Planted, await cluster.InPostgres(sql));
        var found = await cluster.Run("""{"kind":"verify"}""");
        Assert.Equal(Damage, await Differing(cluster));
        Assert.Equal((Damage.Length, 0), (found.Count("mismatched"), found.Count("repaired")));

        var mended = await cluster.Run("""{"kind":"verify","repair":true}""");
        Assert.Equal((Damage.Length, Damage.Length), (mended.Count("mismatched"), mended.Count("repaired")));
        var after = await cluster.Run("""{"kind":"verify"}""");
        await stop.CancelAsync();
        await Task.WhenAll(writers);
        Assert.Equal((0, 0), (after.Count("mismatched"), after.Count("failed")));
        Assert.Empty(await Differing(cluster));
        foreach (var (id, _) in Damage) Assert.Equal(await InLegacyNow(cluster, id), await InTargetNow(cluster, id));
    }

    private static IEnumerable<(string, string)> Several(string prefix, string field) => Enumerable.Range(1, Planted).Select(i => ($"{prefix}{i:00}", field));

    /// <summary>Changes, and now and then a session that comes and goes.</summary>
    private static async Task Write(LocalCluster cluster, int writer, int[] written, CancellationToken stop)
    {
        var gateway = new Http(cluster.Gateway.Url);
        using var pace = new PeriodicTimer(Thought);
        for (var n = 0; !stop.IsCancellationRequested; n++, written[writer]++)
        {
            await pace.WaitForNextTickAsync(CancellationToken.None);
            await gateway.Patch($"api/sessions/session-{(n * 4 + writer) % Written + 1:000000}", $$$"""{"metadata":{"w{{{writer}}}":{{{n}}}}}""").Ok();
            if (n % 5 == 0) await gateway.Post("api/sessions", $$"""{"id":"new-{{writer}}-{{n}}","status":"idle"}""").Ok();
            if (n % 5 == 3) await gateway.Delete($"api/sessions/new-{writer}-{n - 3}").Ok();
        }
    }

    // In pages, as somebody would with more of them than one answer holds.
    private static async Task<IEnumerable<(string, string)>> Differing(LocalCluster cluster) =>
        (await cluster.Alive().Every("api/migration/runs/verify/mismatches?limit=7")).Select(m => (m["session_id"]!.GetValue<string>(), m["field"]!.GetValue<string>()));

    // What was planted, by each side's own word and without our comparison; null = there is none.
    private static async Task<(string?, string?)?> InLegacyNow(LocalCluster cluster, string id)
    {
        var answer = await new Http(cluster.Legacy.Url).Get($"api/sessions/{id}");
        return answer.Status == HttpStatusCode.NotFound ? null : (Text(answer.Json, "user_id"), Text(answer.Json, "lesson_id"));
    }

    private static async Task<(string?, string?)?> InTargetNow(LocalCluster cluster, string id) =>
        await cluster.Rows($"SELECT user_id, lesson_id FROM claude_sessions WHERE id = '{id}'", r => (r.IsDBNull(0) ? null : r.GetString(0), r.IsDBNull(1) ? null : r.GetString(1))) is [var row] ? row : null;

    private static string? Text(JsonNode session, string field) => session[field]?.GetValue<string>();
}
