namespace GaiaOrleans.Silo.Telemetry;

/// <summary>A failure as operators see it.</summary>
public sealed record ErrorView(long Id, DateTimeOffset At, string SessionId, string Side, string Operation, string Code, string Message, int Attempt, bool Resolved);

/// <summary>What the cluster as a whole has kept beside its windows: from PostgreSQL, or from this process when nothing is kept.</summary>
public interface IMigrationFigures
{
    /// <summary>How often each comparison rule excused a difference in spelling, since the cluster exists.</summary>
    Task<IReadOnlyDictionary<string, long>> Noise(CancellationToken cancellationToken);

    /// <summary>Newest first, and how many there are in all.</summary>
    Task<(IReadOnlyList<ErrorView> Errors, long Total)> Errors(int limit, DateTimeOffset? since, CancellationToken cancellationToken);
}
