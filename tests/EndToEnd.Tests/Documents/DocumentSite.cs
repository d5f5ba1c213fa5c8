using GaiaOrleans.Testbed;
using Npgsql;

namespace GaiaOrleans.EndToEnd.Tests.Documents;

/// <summary>A folder like a checkout on a site, from which every name in a document leads to a process of this test.</summary>
internal sealed class DocumentSite : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gaia-site-");
    private readonly Dictionary<string, string?> _environment;
    private readonly IReadOnlyList<SiloProcess> _silos;

    private DocumentSite(IReadOnlyList<SiloProcess> silos, IEnumerable<(string Name, int Port)> addresses, Dictionary<string, string?> environment)
    {
        _silos = silos;
        _environment = new(environment)
        {
            ["SITE"] = Folder,
            ["CURL_HOME"] = Folder,
            // A profile of whoever runs the tests names a cluster of theirs.
            ["GAIA_PROFILE"] = null,
            ["XDG_CONFIG_HOME"] = Folder,
            ["GAIA_BACKUPS"] = Path.Combine(Folder, "backups"),
            ["GAIA_DNS"] = "127.0.0.1=127.0.0.1",
            ["NO_COLOR"] = "1",
        };
        // Of one host name with two ports the one that is named with its port goes first.
        Write(".curlrc", string.Concat(addresses.Select(a => $"connect-to = \"{a.Name}:127.0.0.1:{a.Port}\"\n")) + "noproxy = \"*\"\n");
        foreach (var name in new[] { "scripts", "deploy.sh", "deploy", "docs" }) Link(name);
        _folder.CreateSubdirectory("backups");
    }

    public string Folder => _folder.FullName;

    public IReadOnlyDictionary<string, string?> Environment => _environment;

    /// <summary>The processes of a test, under the names that documents use.</summary>
    public static DocumentSite Of(LocalCluster cluster)
    {
        var database = new NpgsqlConnectionStringBuilder(cluster.ConnectionString);
        var (silo, gateway, legacy) = (cluster.Silos[0].Url, cluster.Gateway.Url, cluster.Legacy.Url);
        var site = new DocumentSite(
            cluster.Silos,
            [("localhost:8080", silo.Port), ("localhost:80", gateway.Port), ("load_balancer:80", gateway.Port), ("gaia_home:5000", legacy.Port)],
            new()
            {
                ["GAIA_URL"] = Base(silo),
                ["GAIA_GATEWAY"] = Base(gateway),
                ["GAIA_POSTGRES"] = cluster.ConnectionString,
                ["PGHOST"] = database.Host,
                ["PGPORT"] = $"{database.Port}",
                ["PGUSER"] = database.Username,
                ["PGDATABASE"] = database.Database,
            });
        // As the repository's gaia does it, which would start or build what this test has started and built.
        site.Program("gaia", $$"""
            args=()
            for arg; do arg=${arg//http:\/\/load_balancer/{{Base(gateway)}}}; args+=("${arg//http:\/\/gaia_home:5000/{{Base(legacy)}}}"); done
            case "${args[*]}" in
                "preflight http"*) set -o pipefail; dotnet "{{Built.Program("Silo")}}" preflight --legacy "${args[1]}" | dotnet "{{Built.Program("Client")}}" preflight --from - ;;
                psql*) exec psql "${args[@]:1}" ;;
                # A reader comes back when the soak is over, which is a second here.
                "phase set"*)
                    for again in {1..40}; do
                        status=0; said=$(dotnet "{{Built.Program("Client")}}" "${args[@]}" 2>&1) || status=$?
                        case "$status $said" in "3 "*soak_at_*) sleep 0.25 ;; *) break ;; esac
                    done
                    printf '%s\n' "$said"; exit "$status" ;;
                *) exec dotnet "{{Built.Program("Client")}}" "${args[@]}" ;;
            esac
            """);
        return site;
    }

    /// <summary>The repository's own gaia, with a cluster of its own that it starts itself.</summary>
    public static DocumentSite OfCheckout()
    {
        var (http, orleans, clients) = (FreePort.NextInARow(3), FreePort.NextInARow(3), FreePort.NextInARow(3));
        var (gateway, legacy) = (FreePort.Next(), FreePort.Next());
        var site = new DocumentSite([], [("localhost:8080", http), ("localhost:80", gateway), ("localhost:5000", legacy)], new()
        {
            ["GAIA_HTTP_PORT"] = $"{http}",
            ["GAIA_SILO_PORT"] = $"{orleans}",
            ["GAIA_ORLEANS_GATEWAY_PORT"] = $"{clients}",
            ["GAIA_GATEWAY_PORT"] = $"{gateway}",
            ["GAIA_LEGACY_PORT"] = $"{legacy}",
        });
        site._environment["GAIA_STATE"] = Path.Combine(site.Folder, "state");
        // PostgreSQL's own user passes through.
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(site.Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        site.Link("gaia");
        return site;
    }

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>What the silos have written, and who they are now.</summary>
    public void Refresh()
    {
        foreach (var silo in _silos)
        {
            Write($"{silo.Name}.log", string.Join('\n', silo.Output) + "\n");
            Write($"{silo.Name}.pid", $"{silo.Pid}");
        }
    }

    public async Task StartWhatWasAsked()
    {
        foreach (var silo in _silos)
            if (Take($"{silo.Name}.start") is not null && silo.HasExited)
                await silo.RestartAsync();
    }

    /// <summary>The text of a file, which is gone then; null = there is none.</summary>
    public string? Take(string name)
    {
        var path = Path.Combine(Folder, name);
        if (!File.Exists(path)) return null;
        var text = File.ReadAllText(path);
        File.Delete(path);
        return text;
    }

    private static string Base(Uri url) => url.ToString().TrimEnd('/');

    private void Link(string name) => File.CreateSymbolicLink(Path.Combine(Folder, name), RepositoryRoot.PathTo(name));

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(Folder, name), text);

    private void Program(string name, string body)
    {
        Write(name, $"#!/usr/bin/env bash\n{body}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Path.Combine(Folder, name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
