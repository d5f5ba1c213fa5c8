namespace GaiaOrleans.Benchmarks.Clusters;

/// <summary>CPU time of each program that a session needs, and what PostgreSQL did with it.</summary>
/// <param name="Log">Bytes that it wrote ahead (WAL).</param>
/// <param name="Pages">That it did not have in its own memory.</param>
internal readonly record struct ProgramCosts(TimeSpan Silo, TimeSpan Postgres, TimeSpan Legacy, double Log, double Pages)
{
    public TimeSpan All => Silo + Postgres + Legacy;

    /// <summary>Each one's share of what was used since then.</summary>
    public ProgramCosts Since(ProgramCosts before, double among) => new(
        (Silo - before.Silo) / among, (Postgres - before.Postgres) / among, (Legacy - before.Legacy) / among, (Log - before.Log) / among, (Pages - before.Pages) / among);
}
