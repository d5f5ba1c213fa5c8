using System.Text.Json;

namespace GaiaOrleans.Demo.Acts;

/// <summary>The result as programs read it. Null = there was nothing to measure.</summary>
internal sealed record DemoReport(
    int Sessions,
    long Listed,
    long Migrated,
    long Skipped,
    long Failed,
    int WritesAcknowledged,
    int WritesLost,
    long Reads,
    long ReadErrors,
    long Mismatches,
    string? SiloKilled,
    double? UnavailableMs,
    double RollbackMs,
    Latencies Latencies,
    double TookS)
{
    [System.Text.Json.Serialization.JsonIgnore]
    public int ExitCode => Failed == 0 && WritesLost == 0 && Mismatches == 0 ? 0 : 1;

    public void Write(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        File.WriteAllText(path, JsonSerializer.Serialize(this, Json.Indented) + "\n");
    }
}

internal sealed record Latencies(double? GoP95Ms, double? PythonP95Ms, double? DualWriteP95Ms);
