using System.Text;
using GaiaOrleans.Contracts.Archives;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.Client.Tests.Archives;

public sealed class EvidenceTests : IDisposable
{
    private const string Call = "GET /api/migration/evidence";

    private readonly string _folder = Directory.CreateTempSubdirectory("gaia-evidence-").FullName;

    private string File => Path.Combine(_folder, "evidence.ndjson");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_was_exported_is_what_was_sent_and_is_whole()
    {
        await using var server = await FakeControlPlane.Start();
        server.On(Call, Archive(Lines()));
        var ran = await server.Run("evidence", "export", File);
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.Equal(string.Join('\n', Lines()) + "\n", await System.IO.File.ReadAllTextAsync(File));
        Assert.Equal([File], Directory.GetFiles(_folder));
        var verified = await server.Run("evidence", "verify", File);
        Assert.Equal(0, verified.Code);
        Assert.Matches("whole and unchanged: 1003 lines, final hash [0-9a-f]{64}", verified.Out);
    }

    [Theory]
    [InlineData("changed", "line 500 was changed")]
    [InlineData("removed", "line 500 does not follow the line before it")]
    [InlineData("swapped", "line 500 does not follow the line before it")]
    [InlineData("truncated", "line 1003 is missing: the archive has no end")]
    [InlineData("cut", "line 1003 is no line of an archive")]
    [InlineData("empty", "line 1 is missing: the archive has no end")]
    public async Task The_first_line_that_was_tampered_with_is_named(string how, string problem)
    {
        var lines = Lines();
        switch (how)
        {
            case "changed": lines[499] = lines[499].Replace("\"n\":499", "\"n\":500", StringComparison.Ordinal); break;
            case "removed": lines.RemoveAt(499); break;
            case "swapped": (lines[499], lines[500]) = (lines[500], lines[499]); break;
            case "truncated": lines.RemoveAt(1002); break;
            case "cut": lines[1002] = lines[1002][..^20]; break;
            default: lines.Clear(); break;
        }

        await System.IO.File.WriteAllTextAsync(File, string.Concat(lines.Select(l => l + "\n")));
        var ran = await Ran.Of(["evidence", "verify", File]);
        Assert.Equal(1, ran.Code);
        Assert.Contains(problem, ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_archive_that_breaks_off_is_not_kept_and_the_one_before_stays()
    {
        await System.IO.File.WriteAllTextAsync(File, "before");
        await using var server = await FakeControlPlane.Start();
        server.On(Call, Archive(Lines()[..500]));
        var ran = await server.Run("evidence", "export", File, "--yes");
        Assert.Equal(1, ran.Code);
        Assert.Contains("line 501 is missing", ran.Error, StringComparison.Ordinal);
        Assert.Equal("before", await System.IO.File.ReadAllTextAsync(File));
        Assert.Equal([File], Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task An_export_that_is_interrupted_leaves_nothing_behind()
    {
        using var interrupt = new CancellationTokenSource();
        await using var server = await FakeControlPlane.Start();
        server.On(Call, Archive(Lines()[..500]));
        server.BeforeEnd = async _ =>
        {
            await Eventually.Get(() => Task.FromResult(Directory.GetFiles(_folder).Length), files => files > 0, TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(5));
            await interrupt.CancelAsync();
        };
        var ran = await Ran.Of(["evidence", "export", File], server.Url, cancellationToken: interrupt.Token);
        Assert.Equal(130, ran.Code);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task A_folder_is_refused_before_anything_is_fetched()
    {
        await using var server = await FakeControlPlane.Start();
        server.On(Call, Archive(Lines()));
        var ran = await server.Run("evidence", "export", _folder, "--yes");
        Assert.Equal(2, ran.Code);
        Assert.Contains($"{_folder} is a folder", ran.Error, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_file_that_is_there_is_not_replaced_unasked()
    {
        await System.IO.File.WriteAllTextAsync(File, "before");
        await using var server = await FakeControlPlane.Start();
        Assert.Equal(2, (await server.Run("evidence", "export", File)).Code);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_said_so() => Assert.Equal(2, (await Ran.Of(["evidence", "verify", File])).Code);

    private static Reply Archive(List<string> lines) => new(200, string.Concat(lines.Select(l => l + "\n")), "application/x-ndjson");

    private static List<string> Lines()
    {
        var chain = new EvidenceChain();
        var lines = new List<byte[]> { chain.Add(EvidenceChain.Header, """{"cluster_id":"gaia"}""") };
        for (var i = 1; i <= 1_001; i++) lines.Add(chain.Add("event", $$"""{"n":{{i}}}"""));
        lines.Add(chain.AddEnd());
        return [.. lines.Select(Encoding.UTF8.GetString)];
    }
}
