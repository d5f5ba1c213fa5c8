using System.Text.Json.Nodes;
using GaiaOrleans.Testbed;
using Npgsql;

namespace GaiaOrleans.EndToEnd.Tests.Guide;

/// <summary>
/// Runs the guide's blocks as they stand. The names in them lead to this test's processes: curl's through its own configuration, the programs that a
/// test machine lacks or that never end through small stand-ins on PATH. jq is the real one, and finding nothing is a failure.
/// </summary>
internal sealed class GuideShell : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gaia-guide-");
    private readonly LocalCluster _cluster;

    public GuideShell(LocalCluster cluster)
    {
        _cluster = cluster;
        var silo = cluster.Silos[0].Url;
        // Of one host name with two ports the one that is named with its port goes first.
        Write(".curlrc", $"""
            connect-to = "localhost:8080:127.0.0.1:{silo.Port}"
            connect-to = "localhost:80:127.0.0.1:{cluster.Gateway.Url.Port}"
            connect-to = "load_balancer:80:127.0.0.1:{cluster.Gateway.Url.Port}"
            connect-to = "gaia_home:5000:127.0.0.1:{cluster.Legacy.Url.Port}"
            noproxy = "*"
            """);
        Program("bin/curl", """exec /usr/bin/env PATH="$REAL_PATH" curl --fail-with-body --silent --show-error "$@" """);
        Program("bin/jq", """
            found=$(PATH="$REAL_PATH" jq "$@") || exit
            case $found in '' | null | '[]' | '{}') echo "jq $* found nothing" >&2; exit 9 ;; esac
            printf '%s\n' "$found"
            """);
        Program("bin/watch", """for last; do :; done; exec bash -c "$last" """);
        Program("bin/docker", """[ "$1" = logs ] && exec cat "$GUIDE/$2.log"; echo "docker $*: only logs" >&2; exit 9""");
        Program("gaia", $$"""
            args=()
            for arg; do arg=${arg//http:\/\/load_balancer/{{Base(cluster.Gateway.Url)}}}; args+=("${arg//http:\/\/gaia_home:5000/{{Base(cluster.Legacy.Url)}}}"); done
            case "${args[*]}" in
                "preflight http"*) dotnet "{{Built.Program("Silo")}}" preflight --legacy "${args[1]}" | dotnet "{{Built.Program("Client")}}" preflight --from - ;;
                *) exec dotnet "{{Built.Program("Client")}}" "${args[@]}" ;;
            esac
            """);
        foreach (var name in new[] { "scripts", "deploy.sh" }) File.CreateSymbolicLink(Path.Combine(_folder.FullName, name), RepositoryRoot.PathTo(name));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>What the block printed; it must have ended well.</summary>
    public async Task<string> Run(GuideBlock block)
    {
        foreach (var silo in _cluster.Silos) Write($"{silo.Name}.log", string.Join('\n', silo.Output) + "\n");
        await using var shell = ChildProcess.Start(new("bash", "-e", "-c", block.Text) { WorkingDirectory = _folder.FullName, Environment = Environment() });
        using var deadline = new CancellationTokenSource(Patience);
        var code = await shell.WaitForExitAsync(deadline.Token);
        var output = string.Join('\n', shell.Output);
        Assert.True(code == 0, $"{block.Name} ended with {code}:\n{block.Text}\n{output}");
        return output;
    }

    /// <summary>An answer like the one that the guide shows after a block: every member that is shown is there.</summary>
    public static void Expect(GuideBlock shown, string output)
    {
        var expected = JsonNode.Parse(shown.Text)!.AsObject();
        var answer = JsonNode.Parse(output[output.IndexOf('{', StringComparison.Ordinal)..(output.LastIndexOf('}') + 1)])!.AsObject();
        Assert.Empty(expected.Select(member => member.Key).Except(answer.Select(member => member.Key)));
        if (expected["status"] is { } status) Assert.Equal((string?)status, (string?)answer["status"]);
    }

    private Dictionary<string, string?> Environment()
    {
        var path = System.Environment.GetEnvironmentVariable("PATH");
        var database = new NpgsqlConnectionStringBuilder(_cluster.ConnectionString);
        return new()
        {
            ["PATH"] = $"{_folder.FullName}/bin:{path}",
            ["REAL_PATH"] = path,
            ["CURL_HOME"] = _folder.FullName,
            ["GUIDE"] = _folder.FullName,
            ["GAIA_URL"] = Base(_cluster.Silos[0].Url),
            ["GAIA_GATEWAY"] = Base(_cluster.Gateway.Url),
            ["GAIA_POSTGRES"] = _cluster.ConnectionString,
            ["GAIA_BACKUPS"] = Path.Combine(_folder.FullName, "backups"),
            ["GAIA_DNS"] = "localhost=127.0.0.1",
            ["PGHOST"] = database.Host,
            ["PGPORT"] = $"{database.Port}",
            ["PGUSER"] = database.Username,
            ["PGDATABASE"] = database.Database,
            // How ./gaia would start it; a terminal is not there to be asked.
            ["NO_COLOR"] = "1",
        };
    }

    private static string Base(Uri url) => url.ToString().TrimEnd('/');

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder.FullName, name), text);

    private void Program(string name, string body)
    {
        var path = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, $"#!/usr/bin/env bash\n{body}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
