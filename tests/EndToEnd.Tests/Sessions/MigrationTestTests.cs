using System.Net;
using GaiaOrleans.EndToEnd.Tests.Clusters;
using GaiaOrleans.Testbed;
using Npgsql;

namespace GaiaOrleans.EndToEnd.Tests.Sessions;

/// <summary>POST /api/migration/test looks at both sides and changes neither, whatever it finds there.</summary>
[Collection(SharedClusterTests.Name)]
public sealed class MigrationTestTests(SharedCluster shared)
{
    [Theory]
    [InlineData("session-000401", HttpStatusCode.OK, "validated", "nothing")]
    [InlineData("session-000402", HttpStatusCode.OK, "validated", "migrate")]
    [InlineData("session-000403", HttpStatusCode.OK, "conflicts", "differ")]
    [InlineData("session-000404", HttpStatusCode.NotFound, null, "delete")]
    [InlineData("nobody-at-all", HttpStatusCode.NotFound, null, "nothing")]
    public async Task Both_stores_are_as_before(string id, HttpStatusCode status, string? verdict, string first)
    {
        if (first is "migrate" or "differ") await shared.Silo.Post("api/migration/session", $$"""{"session_id":"{{id}}"}""").Ok();
        if (first is "differ") await shared.Legacy.Patch($"api/sessions/{id}", """{"user_id":"somebody else"}""").Ok();
        if (first is "delete") await Delete(id);
        var before = await BothStores(id);
        for (var i = 0; i < 2; i++)
        {
            var answer = await shared.Silo.Post("api/migration/test", $$"""{"session_id":"{{id}}","validate":true}""");
            Assert.Equal(status, answer.Status);
            if (verdict is not null) Assert.Equal(verdict, answer.Json["status"]!.GetValue<string>());
        }

        Assert.Equal(before, await BothStores(id));
        if (first is "differ") await shared.Silo.Post("api/migration/sync", $$"""{"session_id":"{{id}}","source":"go","reason":"tests"}""").Ok();
    }

    /// <summary>Until the row knows of legacy's answer: that is stored after the client has its own.</summary>
    private async Task Delete(string id)
    {
        await shared.Gateway.Delete($"api/sessions/{id}").Ok();
        await Eventually.Get(() => Stored("SELECT legacy_version >= version FROM session_records WHERE id = $1", id), known => known is true, TimeSpan.FromSeconds(30));
    }

    private async Task<object?> Stored(string sql, string id)
    {
        await using var database = NpgsqlDataSource.Create(shared.Cluster.ConnectionString);
        await using var command = database.CreateCommand(sql);
        command.Parameters.Add(new() { Value = id });
        return await command.ExecuteScalarAsync();
    }

    /// <summary>Every column of the row, every line that names the session, legacy's document, and what legacy was made to do to it.</summary>
    private async Task<string> BothStores(string id)
    {
        var go = await Stored("""
            SELECT coalesce((SELECT r::text FROM session_records r WHERE id = $1), 'no row')
                || (SELECT count(*) FROM session_conflicts WHERE session_id = $1) || ' ' || (SELECT count(*) FROM validation_errors WHERE session_id = $1)
                || ' ' || (SELECT count(*) FROM migration_errors WHERE session_id = $1) || ' ' || (SELECT count(*) FROM session_keys WHERE session_id = $1)
            """, id);
        var python = await shared.Legacy.Get($"api/sessions/{id}");
        return $"{go}\n{(int)python.Status} {python.Body}\n{(await shared.Legacy.Get($"__stats/writes?id={id}").Ok()).Body}";
    }
}
