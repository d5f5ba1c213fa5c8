using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using GaiaOrleans.Testbed;
using Npgsql;

namespace GaiaOrleans.Benchmarks.Results;

/// <summary>Where it was measured, and what: figures of two machines are not compared.</summary>
/// <param name="CommitMs">Median of what PostgreSQL takes to make one small row durable: mostly the disk's flush.</param>
/// <param name="Build">Version and commit.</param>
internal sealed record Machine(
    string Processor, int Cores, double MemoryGib, string System, string Dotnet, string Postgres, double CommitMs, double LoadBefore, string Build, DateTimeOffset At)
{
    private const int Commits = 200;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static async Task<Machine> Describe(CancellationToken cancellation)
    {
        var load = await Quiet(cancellation);
        var (postgres, commit) = await Postgresql(cancellation);
        return new(
            Line("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString(),
            Environment.ProcessorCount,
            Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30), 1),
            RuntimeInformation.OSDescription,
            RuntimeInformation.FrameworkDescription,
            postgres,
            Math.Round(commit, 2),
            load,
            typeof(Machine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown",
            TimeProvider.System.GetUtcNow());
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Processor}, {Cores} cores, {MemoryGib} GiB, {System}, {Dotnet}, PostgreSQL {Postgres}, {CommitMs:0.00} ms a commit; load before {LoadBefore:0.0}; build {Build}, {At:yyyy-MM-dd HH:mm}");

    private static async Task<(string Version, double CommitMs)> Postgresql(CancellationToken cancellation)
    {
        await using var server = await PostgresServer.StartAsync(durable: true, cancellation);
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync(cancellation);
        await using (var create = new NpgsqlCommand("CREATE TABLE committed (n int)", connection)) await create.ExecuteNonQueryAsync(cancellation);
        await using var insert = new NpgsqlCommand("INSERT INTO committed VALUES (1)", connection);
        await insert.PrepareAsync(cancellation);
        var took = new List<double>();
        for (var i = 0; i < Commits; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await insert.ExecuteNonQueryAsync(cancellation);
            took.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        return (connection.PostgreSqlVersion.ToString(), Row.Median(took));
    }

    /// <summary>The load of the last minute, when it has fallen: what was built just before is no part of any figure. It is waited for, but not for ever.</summary>
    private static async Task<double> Quiet(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        var begun = Stopwatch.GetTimestamp();
        while (Load() > Environment.ProcessorCount / 2.0 && Stopwatch.GetElapsedTime(begun) < Patience) await timer.WaitForNextTickAsync(cancellation);
        return Load();
    }

    private static double Load() => File.Exists("/proc/loadavg") ? double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture) : 0;

    private static string? Line(string file, string name) => !File.Exists(file)
        ? null
        : File.ReadLines(file).FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim();
}
