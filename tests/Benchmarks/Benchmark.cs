using GaiaOrleans.Benchmarks.Results;

namespace GaiaOrleans.Benchmarks;

/// <summary>What one line of the table measures.</summary>
internal abstract class Benchmark
{
    /// <summary>As it is chosen by on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>It takes long, and what it looks for is not compared with anything: it is left out of the table where nobody names it.</summary>
    public virtual bool OnlyByName => false;

    /// <summary>Starts what it needs, takes its rounds, stops it again.</summary>
    /// <exception cref="BenchFailedException">Nothing could be measured.</exception>
    public abstract Task<Row> Measure(BenchSize size, CancellationToken cancellation);
}

/// <summary>What was to be measured did not happen: no figure is better than a wrong one.</summary>
internal sealed class BenchFailedException(string message) : Exception(message);

/// <summary>What a row is compared with is not on this machine.</summary>
internal sealed class BenchSkippedException(string message) : Exception(message);

/// <summary>Programs of the machine's own.</summary>
internal static class Programs
{
    /// <summary>Where it is: on the path, or where Debian has what only root used to start.</summary>
    /// <param name="package">Of Debian.</param>
    /// <exception cref="BenchSkippedException">Nowhere.</exception>
    public static string Find(string name, string package)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Concat(["/usr/sbin", "/usr/local/sbin"]);
        return folders.Select(f => Path.Combine(f, name)).FirstOrDefault(File.Exists)
            ?? throw new BenchSkippedException($"{name} is not installed; with it (Debian: apt-get install {package}) this row is measured");
    }
}
