using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.Silo.Tests.Legacy;

public sealed class AuthTests
{
    [Theory]
    [InlineData("bearer", "tok-1.2_3~x")]
    [InlineData("api_key", "k3y")]
    [InlineData("session_id", "0f3c")]
    [InlineData("basic", "gaia:pass word: ü")]
    [InlineData("cookie", "eyJhbGciOi.J9")]
    public async Task Every_way_to_show_the_credential(string auth, string credential)
    {
        await using var home = await GaiaHomeProcess.StartAsync(["--seed", "1", "--auth", $"{auth}:{credential}"]);
        await using var known = new LegacyClient(home.Url, ("Auth", auth), ("Credential", credential));
        Assert.NotNull((await known.Sessions.Get("session-000001", default)).Document);
        Assert.Single(await known.Sessions.WholeList());
        var id = Some.Id();
        Assert.IsType<LegacyAnswer.Applied>(await known.Sessions.Put(id, Some.Document(id), exists: false, default));
        Assert.IsType<LegacyAnswer.Applied>(await known.Sessions.Delete(id, default));

        await using var unknown = new LegacyClient(home.Url, ("Auth", auth), ("Credential", "wrong:wrong"));
        Assert.Contains("[unauthorized]", (await Assert.ThrowsAsync<LegacyUnavailableException>(() => unknown.Sessions.Get("session-000001", default))).Message, StringComparison.Ordinal);
        Assert.Contains("[unauthorized]", (await Assert.ThrowsAsync<LegacyUnavailableException>(() => unknown.Sessions.List(null, default))).Message, StringComparison.Ordinal);
        Assert.Equal("unauthorized", Assert.IsType<LegacyAnswer.Failed>(await unknown.Sessions.Put(id, Some.Document(id), exists: false, default)).Code);
        Assert.Equal("unauthorized", Assert.IsType<LegacyAnswer.Failed>(await unknown.Sessions.Delete(id, default)).Code);
        Assert.Equal("POST 1, DELETE 1", await home.Applied(id));
    }
}
