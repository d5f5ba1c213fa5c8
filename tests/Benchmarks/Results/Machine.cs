using System.Globalization;
using System.Runtime.InteropServices;
using GaiaOrleans.Testbed;
using Npgsql;

namespace GaiaOrleans.Benchmarks.Results;

/// <summary>Where it was measured: figures of two machines are not compared.</summary>
internal sealed record Machine(string Processor, int Cores, double MemoryGib, string System, string Dotnet, string Postgres, double LoadBefore)
{
    public static async Task<Machine> Describe(CancellationToken cancellation) => new(
        Line("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString(),
        Environment.ProcessorCount,
        Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30), 1),
        RuntimeInformation.OSDescription,
        RuntimeInformation.FrameworkDescription,
        await PostgresVersion(cancellation),
        File.Exists("/proc/loadavg") ? double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture) : 0);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Processor}, {Cores} cores, {MemoryGib} GiB, {System}, {Dotnet}, PostgreSQL {Postgres}; load before {LoadBefore:0.0}");

    private static async Task<string> PostgresVersion(CancellationToken cancellation)
    {
        await using var server = await PostgresServer.StartAsync(durable: false, cancellation);
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync(cancellation);
        return connection.PostgreSqlVersion.ToString();
    }

    private static string? Line(string file, string name) => !File.Exists(file)
        ? null
        : File.ReadLines(file).FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim();
}
