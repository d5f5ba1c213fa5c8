using System.Runtime.Versioning;

namespace GaiaOrleans.Client.Tests.Http;

/// <summary>The profile: an address and a key that only their owner can open.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class ProfileTests : IDisposable
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("gaia-profile-");

    private string File => Path.Combine(_home.FullName, ".config", "gaia", "profile");

    public void Dispose() => _home.Delete(recursive: true);

    [Fact]
    public async Task Its_address_and_key_are_used_where_nothing_else_is_given()
    {
        await using var server = await FakeControlPlane.Start();
        server.On("GET /api/migration/sync-lag", Reply.Ok("{}"));
        Write($"# mine\n\nGAIA_URL={server.Url}\nGAIA_TOKEN = gaia_profile\n", UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.Equal(0, (await Lag()).Code);
        Assert.Equal("Bearer gaia_profile", server.Requests.Last().Headers.Authorization.ToString());
        Assert.Equal(0, (await Lag(("GAIA_TOKEN", "gaia_variable"))).Code);
        Assert.Equal("Bearer gaia_variable", server.Requests.Last().Headers.Authorization.ToString());
        Assert.Equal(4, (await Lag(("GAIA_URL", "http://127.0.0.1:9"))).Code);
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    public async Task One_that_others_may_open_is_refused(UnixFileMode others)
    {
        await using var server = await FakeControlPlane.Start();
        server.On("GET /api/migration/sync-lag", Reply.Ok("{}"));
        Write($"GAIA_URL={server.Url}\nGAIA_TOKEN=gaia_profile\n", UnixFileMode.UserRead | UnixFileMode.UserWrite | others);
        var ran = await Lag();
        Assert.Equal(2, ran.Code);
        Assert.Contains($"chmod 600 {File}", ran.Error, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task What_it_may_not_hold_is_named_by_its_line()
    {
        Write("GAIA_URL=http://127.0.0.1:9\nGAIA_TOKN=gaia_profile\n", UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var ran = await Lag();
        Assert.Equal(2, ran.Code);
        Assert.Contains("line 2", ran.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("gaia_profile", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_is_named_and_not_there_is_said_so() =>
        Assert.Contains("cannot be read", (await Lag(("GAIA_PROFILE", File))).Error, StringComparison.Ordinal);

    private void Write(string text, UnixFileMode mode)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        System.IO.File.WriteAllText(File, text);
        System.IO.File.SetUnixFileMode(File, mode);
    }

    private Task<Ran> Lag(params (string, string)[] environment) => Ran.Of(["lag"], environment: [("HOME", _home.FullName), .. environment]);
}
