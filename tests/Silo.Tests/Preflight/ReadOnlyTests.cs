using System.Security.Cryptography;
using System.Text.Json;
using GaiaOrleans.Silo.Preflight;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.Silo.Tests.Preflight;

/// <summary>A preflight changes nothing.</summary>
public sealed class ReadOnlyTests
{
    [Fact]
    public async Task The_stand_ins_counters_rows_and_database_files_are_as_before()
    {
        var folder = Directory.CreateTempSubdirectory("preflight-");
        try
        {
            var database = Path.Combine(folder.FullName, "home.db");
            await using var home = await GaiaHomeProcess.StartAsync(["--seed", "300", "--db", database]);
            using var http = new HttpClient { BaseAddress = home.Url };
            var rows = await http.GetStringAsync("api/sessions");
            var before = Files(folder);
            var report = await Probe.Of(home.Url, settings: [("PageSize", 100)]);
            Assert.Equal((Verdict.Ready, 300), (report.Verdict, report.Facts.List!.Sessions));
            Assert.Equal(before, Files(folder));
            Assert.Equal(rows, await http.GetStringAsync("api/sessions"));

            var stats = JsonDocument.Parse(await http.GetStringAsync("__stats")).RootElement;
            Assert.All(stats.GetProperty("applied").EnumerateObject(), writes => Assert.Equal(0, writes.Value.GetInt32()));
            Assert.All(stats.GetProperty("requests").EnumerateObject(), r => Assert.Matches("^(GET|OPTIONS) ", r.Name));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task A_write_is_not_sent_even_by_mistake(string method)
    {
        await using var home = await GaiaHomeProcess.StartAsync(["--seed", "1"]);
        using var http = new HttpMessageInvoker(new ReadOnlyWire(new SocketsHttpHandler()));
        using var request = new HttpRequestMessage(new(method), new Uri(home.Url, "api/sessions/session-000001"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => http.SendAsync(request, default));
        Assert.Equal("", await Legacy.HomeStats.Applied(home, "session-000001"));
    }

    // Not the file of locks beside it, which every reader touches.
    private static string Files(DirectoryInfo folder) => string.Join(", ", folder.GetFiles().Where(f => f.Extension != ".db-shm").OrderBy(f => f.Name).Select(f =>
    {
        using var stream = new FileStream(f.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return $"{f.Name} {stream.Length} {Convert.ToHexString(SHA256.HashData(stream))}";
    }));
}
