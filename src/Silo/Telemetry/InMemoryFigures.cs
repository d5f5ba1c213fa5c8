using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Grains.Windows;

namespace GaiaOrleans.Silo.Telemetry;

/// <summary>The same of a cluster that keeps nothing: as long as its process lives.</summary>
internal sealed class InMemoryFigures(InMemorySessionStore sessions, InMemoryWindowStore windows, TimeProvider time) : IMigrationFigures
{
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();

    public Task<IReadOnlyDictionary<string, long>> Noise(CancellationToken cancellationToken) => Task.FromResult(windows.Noise);

    public Task<(IReadOnlyList<ErrorView> Errors, long Total)> Errors(int limit, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        var errors = sessions.Errors.Select((e, i) => new ErrorView(i + 1, _startedAt, e.SessionId, e.Side, e.Operation, e.Code, e.Message, e.Attempt, false)).Reverse().ToList();
        return Task.FromResult<(IReadOnlyList<ErrorView>, long)>(([.. errors.Take(limit)], errors.Count));
    }
}
