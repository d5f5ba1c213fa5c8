using System.Text.Json;

namespace GaiaOrleans.Demo.Clusters;

/// <summary>What `gaia up` wrote about the processes it started. No pid = not ours.</summary>
internal sealed record Cluster(string Postgres, Node Legacy, IReadOnlyList<Silo> Silos, Node Gateway)
{
    public bool KeepsNothing => Postgres == "memory";

    public static Cluster Read(string path)
    {
        if (!File.Exists(path))
            throw new DemoFailedException($"{path} does not exist: is the cluster up? (./gaia up)");
        try
        {
            var cluster = JsonSerializer.Deserialize<Cluster>(File.ReadAllText(path), Json.Wire);
            if (cluster is { Legacy.Url: not null, Gateway.Url: not null, Silos.Count: > 0 })
                return cluster;
        }
        catch (JsonException e)
        {
            throw new DemoFailedException($"{path} is not readable: {e.Message}");
        }
        throw new DemoFailedException($"{path} names no silo, no gateway or no GAIA_HOME");
    }

    /// <summary>The silo to kill: the last one, when it is a process of its own whose data outlives it.</summary>
    public Silo? Victim()
    {
        var last = Silos[^1];
        var shared = Silos.Count(silo => silo.Pid == last.Pid) > 1 || Gateway.Pid == last.Pid;
        return KeepsNothing || shared || last.Pid is null ? null : last;
    }
}

internal sealed record Node(int? Pid, string Url);

internal sealed record Silo(string Name, int? Pid, string Url, int? SiloPort);
