using System.Text;
using GaiaOrleans.EndToEnd.Tests.Clusters;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.EndToEnd.Tests.Archives;

[Collection(SharedClusterTests.Name)]
public sealed class EvidenceTests(SharedCluster shared) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gaia-evidence-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_archive_of_a_cluster_is_whole_and_a_change_of_it_is_found()
    {
        var file = Path.Combine(_folder, "evidence.ndjson");
        Assert.Equal(0, (await Gaia("evidence", "export", file)).Code);
        var lines = await File.ReadAllLinesAsync(file);
        Assert.StartsWith("""{"seq":1,"kind":"header","data":{"format":1,"cluster_id":"gaia",""", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, l => l.Contains("\"kind\":\"history\"", StringComparison.Ordinal) && l.Contains("dual_write_on", StringComparison.Ordinal));
        Assert.Equal(0, (await Gaia("evidence", "verify", file)).Code);

        lines[3] = lines[3].Replace("\"data\":{", "\"data\":{ ", StringComparison.Ordinal);
        await File.WriteAllLinesAsync(file, lines, new UTF8Encoding(false));
        var (code, output) = await Gaia("evidence", "verify", file);
        Assert.Equal(1, code);
        Assert.Contains("line 4 was changed", output, StringComparison.Ordinal);
    }

    private async Task<(int Code, string Output)> Gaia(params string[] words)
    {
        await using var gaia = ChildProcess.Start(new("dotnet", [Built.Program("Client"), .. words]) { Environment = new Dictionary<string, string?> { ["GAIA_URL"] = shared.Silo.Url.ToString() } });
        return (await gaia.WaitForExitAsync(), string.Join('\n', gaia.Output));
    }
}
