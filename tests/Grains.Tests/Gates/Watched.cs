using GaiaOrleans.Grains.Gates;
using GaiaOrleans.Grains.Windows;
using GaiaOrleans.Postgres.Tests.Windows;
using Microsoft.Extensions.Time.Testing;

namespace GaiaOrleans.Grains.Tests.Gates;

/// <summary>Three silos that report to one store, minute by minute, or do not.</summary>
internal sealed class Watched
{
    private readonly FakeTimeProvider _clock = new(Start) { AutoAdvanceAmount = TimeSpan.Zero };
    private readonly InMemoryWindowStore _store;
    private double _seconds;

    public Watched()
    {
        _store = new(_clock);
        Silos = [.. Enumerable.Range(1, 3).Select(Silo)];
    }

    /// <summary>Two hours before now, at the beginning of a minute.</summary>
    public static DateTimeOffset Start => Some.Now.AddHours(-2);

    public List<ReportingSilo> Silos { get; }

    public TimeSpan Ahead { get; private set; }

    /// <summary>All of them, or those that are asked, go on reporting every ten seconds.</summary>
    public async Task Pass(int minutes, decimal percentage = 50, IReadOnlyList<int>? reporting = null)
    {
        var end = _seconds + minutes * 60;
        for (; _seconds < end; _seconds += 10)
            foreach (var silo in reporting ?? [0, 1, 2])
                await Silos[silo].Report(_seconds, percentage, beside: [.. Silos]);
        Set();
    }

    /// <summary>Time in which nobody reports anything.</summary>
    public void Off(TimeSpan span)
    {
        _seconds += span.TotalSeconds;
        Set();
    }

    public void Restart(int silo) => Silos[silo] = Silo(silo);

    public void Jump(TimeSpan by)
    {
        Ahead += by;
        foreach (var silo in Silos) silo.Ahead = Ahead;
        Set();
    }

    public Task Breach() => _store.MarkBreach(Start.AddSeconds(_seconds) + Ahead, CancellationToken.None);

    public Task<WindowFacts> Facts(DateTimeOffset? since = null) => WindowFacts.Read(_store, since ?? Start, CancellationToken.None);

    private ReportingSilo Silo(int number) => new(_store, Start, $"silo-{number}") { Ahead = Ahead };

    // The last minute is due half a minute after its end.
    private void Set() => _clock.AdjustTime(Start.AddSeconds(_seconds + 40) + Ahead);
}
