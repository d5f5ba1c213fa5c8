using GaiaOrleans.EndToEnd.Tests.Clusters;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.EndToEnd.Tests.Runs;

/// <summary>Writers write all the time. A correct system shows no mismatch, a damaged one exactly the damage, and repair mends it.</summary>
public sealed class VerifyUnderLoadTests
{
    private const int Sessions = 3_000;

    // The writers keep to these; what is planted is elsewhere, so that no write mends it by chance.
    private const int Written = 500;

    [Theory]
    [InlineData("both")]
    [InlineData("leader")]
    public async Task Nothing_is_found_where_nothing_is_wrong_and_exactly_what_is(string ack)
    {
        await using var cluster = await LocalCluster.StartAsync(sessions: Sessions);
        var silo = new Http(cluster.Silos[0].Url);
        await cluster.DualWrite(ack);
        await cluster.Run("""{"kind":"migrate"}""");
        using var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 4).Select(w => Write(cluster, w, stop.Token)).ToList();

        var quiet = await cluster.Run("""{"kind":"verify"}""");
        Assert.Equal((0, 0, 0), (quiet.Count("mismatched"), quiet.Count("failed"), quiet.Count("repaired")));

        await cluster.Legacy.InSqlite("""
            UPDATE sessions SET written_by = 'PLANT', body = replace(body, '"user_id":"', '"user_id":"planted-') WHERE id BETWEEN 'session-001001' AND 'session-001004';
            DELETE FROM sessions WHERE id IN ('session-001101', 'session-001102');
            INSERT INTO sessions (id, status, tier, body) SELECT 'planted-there', status, tier, replace(body, 'session-001201', 'planted-there') FROM sessions WHERE id = 'session-001201';
            """);
        Assert.Equal(3, await cluster.InPostgres("UPDATE session_records SET lesson_id = 'planted' WHERE id BETWEEN 'session-002001' AND 'session-002003'"));
        Assert.Equal(2, await cluster.InPostgres("DELETE FROM session_records WHERE id IN ('session-002101', 'session-002102')"));
        Assert.Equal(1, await cluster.InPostgres("""
            INSERT INTO session_records SELECT (jsonb_populate_record(r, '{"id":"planted-here","session_name":"planted-here"}')).* FROM session_records r WHERE id = 'session-002201'
            """));

        string[] expected =
        [
            "planted-here", "planted-there", "session-001001", "session-001002", "session-001003", "session-001004", "session-001101", "session-001102",
            "session-002001", "session-002002", "session-002003", "session-002101", "session-002102",
        ];
        var found = await cluster.Run("""{"kind":"verify"}""");
        Assert.Equal(expected, await Differing(silo));
        Assert.Equal(expected.Length, found.Count("mismatched"));

        var mended = await cluster.Run("""{"kind":"verify","repair":true}""");
        Assert.Equal((expected.Length, expected.Length), (mended.Count("mismatched"), mended.Count("repaired")));
        var after = await cluster.Run("""{"kind":"verify"}""");
        await stop.CancelAsync();
        Assert.True((await Task.WhenAll(writers)).Sum() > 100, "the writers wrote");
        Assert.Equal((0, 0), (after.Count("mismatched"), after.Count("failed")));
        Assert.Empty(await Differing(silo));
    }

    private static async Task<int> Write(LocalCluster cluster, int writer, CancellationToken stop)
    {
        var gateway = new Http(cluster.Gateway.Url);
        var n = 0;
        for (; !stop.IsCancellationRequested; n++)
            await gateway.Patch($"api/sessions/session-{(n * 4 + writer) % Written + 1:000000}", $$$"""{"metadata":{"w{{{writer}}}":{{{n}}}}}""").Ok();
        return n;
    }

    private static async Task<IEnumerable<string>> Differing(Http silo) =>
        (await silo.Get("api/migration/runs/verify/mismatches?limit=1000").Ok()).Json.AsArray().Select(m => m!["session_id"]!.GetValue<string>()).Distinct().Order(StringComparer.Ordinal);
}
