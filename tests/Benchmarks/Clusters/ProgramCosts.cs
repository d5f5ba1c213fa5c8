namespace GaiaOrleans.Benchmarks.Clusters;

/// <summary>CPU time of each program that a session needs, and what PostgreSQL did with it.</summary>
/// <param name="Log">Bytes that it wrote ahead (WAL).</param>
/// <param name="Pages">That it did not have in its own memory.</param>
internal readonly record struct ProgramCosts(TimeSpan Silo, TimeSpan Postgres, TimeSpan Legacy, double Log, double Pages)
{
    public TimeSpan All => Silo + Postgres + Legacy;

    /// <summary>With what so many seconds cost of which each costs <paramref name="each"/>.</summary>
    public ProgramCosts And(ProgramCosts each, double seconds) => new(
        Silo + each.Silo * seconds, Postgres + each.Postgres * seconds, Legacy + each.Legacy * seconds, Log + each.Log * seconds, Pages + each.Pages * seconds);

    /// <summary>Each one's share of what was used since then.</summary>
    public ProgramCosts Since(ProgramCosts before, double among) => new(
        (Silo - before.Silo) / among, (Postgres - before.Postgres) / among, (Legacy - before.Legacy) / among, (Log - before.Log) / among, (Pages - before.Pages) / among);
}
