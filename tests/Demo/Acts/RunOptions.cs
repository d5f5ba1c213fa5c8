namespace GaiaOrleans.Demo.Acts;

/// <param name="ClusterFile">Where `gaia up` described the cluster; the demo keeps its own files in `demo/` beside it.</param>
/// <param name="Gaia">The entry point that can start what the demo killed.</param>
/// <param name="Sessions">How many sessions GAIA_HOME was seeded with.</param>
/// <param name="Seconds">Shared evenly by the five traffic steps.</param>
internal sealed record RunOptions(string ClusterFile, string Gaia, int Sessions, int Seconds, string? JsonFile, int Clients)
{
    public TimeSpan PerStep => TimeSpan.FromSeconds(Seconds / 5.0);

    public string Folder => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(ClusterFile))!, "demo");

    public string JournalFile => Path.Combine(Folder, "journal.jsonl");

    public string SessionsFile => Path.Combine(Folder, "sessions.txt");
}
