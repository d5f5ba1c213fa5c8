using CsCheck;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Grains.Telemetry;
using GaiaOrleans.Grains.Windows;

namespace GaiaOrleans.Grains.Tests.Windows;

/// <summary>Silos come, go and fall silent while the store's clock is set back and forth, through the production reporter and reader.</summary>
public sealed class SoakPropertyTests
{
    private const int Slots = 3;
    private const int TickSeconds = 5;
    private const int LongestGapTicks = 4;
    private static readonly DateTimeOffset Start = new(2031, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly Gen<(string What, int Slot, int Amount)> Happening = Gen.Frequency(
        (60, Gen.Const(("nothing", 0, 0))),
        (3, Gen.Int[0, Slots - 1].Select(slot => ("dies", slot, 0))),
        (4, Gen.Int[0, Slots - 1].Select(slot => ("starts", slot, 0))),
        (3, Gen.Select(Gen.Int[0, Slots - 1], Gen.Int[1, 8], (slot, ticks) => ("is silent", slot, ticks))),
        (1, Gen.Int[1, 30].Select(tens => ("the clock is set forward", 0, tens * 10))),
        (1, Gen.Int[1, 30].Select(tens => ("the clock is set back", 0, tens * -10))));

    [Fact]
    public void No_minute_counts_that_an_active_silo_has_not_reported_whole() => Happening.Array[0, 400].Sample(happenings =>
    {
        var world = new World();
        foreach (var happening in happenings) world.Pass(happening);
        var counted = world.Counted();
        Assert.Subset(world.Whole(), counted);
        Assert.Equal(counted.Count * WindowRules.Minute, world.Soaked(Start.AddDays(-1), Start.AddDays(1)));
    }, iter: 2_000, print: happenings => string.Join("; ", happenings.Index().Where(h => h.Item.What != "nothing").Select(h => $"{h.Index}: {h.Item.What} {h.Item.Slot} {h.Item.Amount}")));

    [Fact]
    public void Where_nothing_happens_every_minute_counts()
    {
        var world = new World();
        for (var slot = 0; slot < Slots; slot++) world.Pass(("starts", slot, 0));
        for (var tick = 0; tick < 50; tick++) world.Pass(("nothing", 0, 0));
        Assert.Equal(3, world.Whole().Count);
        Assert.Equal(3 * WindowRules.Minute, world.Soaked(Start, Start.AddMinutes(4.5)));
    }

    private sealed class World
    {
        private readonly Silo?[] _silos = new Silo?[Slots];
        private readonly List<Tick> _ticks = [];
        private readonly InMemoryWindowStore _store = new(TimeProvider.System);
        private TimeSpan _ahead;
        private readonly HashSet<string> _dead = [];
        private bool _jumped = true;
        private int _quietUntil;

        private sealed record Tick(DateTimeOffset Shown, bool Jumped, Dictionary<Silo, bool> Reported);

        private sealed class Silo
        {
            public Silo() => Reporter = new(Name);

            public string Name { get; } = Guid.NewGuid().ToString();
            public WindowReporter Reporter { get; }
            public int? ReportedAt { get; set; }
            public int Silent { get; set; }
        }

        public void Pass((string What, int Slot, int Amount) happening)
        {
            var silo = _silos[happening.Slot];
            switch (happening.What)
            {
                case "dies" when silo is not null:
                    _dead.Add(silo.Name);
                    _silos[happening.Slot] = null;
                    break;
                case "starts": _silos[happening.Slot] ??= new(); break;
                case "is silent" when silo is not null: silo.Silent = happening.Amount; break;
                // Twice between two reports might cancel out, and who was silent meanwhile would rightly see no change.
                case "the clock is set forward" or "the clock is set back" when _ticks.Count >= _quietUntil:
                    _quietUntil = _ticks.Count + LongestGapTicks + 1;
                    _ahead += TimeSpan.FromSeconds(happening.Amount);
                    _jumped = true;
                    break;
            }

            var tick = new Tick(Start + _ticks.Count * TimeSpan.FromSeconds(TickSeconds) + _ahead, _jumped, []);
            _jumped = false;
            var shown = new SilosShown([.. _silos.OfType<Silo>().Select(s => s.Name)], [.. _dead]);
            foreach (var living in _silos.OfType<Silo>())
            {
                tick.Reported[living] = living.Silent-- <= 0;
                if (tick.Reported[living]) Report(living, tick.Shown, shown);
            }

            _ticks.Add(tick);
        }

        /// <summary>The minutes that the clock went through once from start to end while every silo that lived meanwhile had lived and reported from before to after it.</summary>
        public HashSet<DateTimeOffset> Whole()
        {
            var whole = new HashSet<DateTimeOffset>();
            for (var first = 1; first < _ticks.Count; first++)
            {
                var minute = WindowRules.MinuteOf(_ticks[first].Shown);
                if (WindowRules.MinuteOf(_ticks[first - 1].Shown) == minute) continue;
                var after = first;
                while (after < _ticks.Count && WindowRules.MinuteOf(_ticks[after].Shown) == minute) after++;
                if (after == _ticks.Count || _ticks.Skip(first).Take(after - first + 1).Any(t => t.Jumped)) continue;
                if (_ticks.Skip(first).Take(after - first).SelectMany(t => t.Reported.Keys).Distinct().All(s => Accounts(s, first, after))) whole.Add(minute);
            }

            return whole;
        }

        private bool Accounts(Silo silo, int first, int after)
        {
            var reports = Enumerable.Range(0, _ticks.Count).Where(i => _ticks[i].Reported.GetValueOrDefault(silo)).ToList();
            var before = reports.LastOrDefault(i => i < first, -1);
            var end = reports.FirstOrDefault(i => i >= after, -1);
            if (before < 0 || end < 0) return false;
            var through = reports.Where(i => i >= before && i <= end).ToList();
            return through.Zip(through.Skip(1)).All(pair => pair.Second - pair.First <= LongestGapTicks);
        }

        public HashSet<DateTimeOffset> Counted() => [.. Now(_store.Minutes(DateTimeOffset.MinValue, DateTimeOffset.MaxValue, default)).Where(m => m.Complete).Select(m => m.Minute)];

        public TimeSpan Soaked(DateTimeOffset since, DateTimeOffset until) => Assert.Single(Now(_store.Soaked(since, until, [50], default)).Counted);

        /// <summary>Memory answers at once.</summary>
        private static T Now<T>(Task<T> answered)
        {
            Assert.True(answered.IsCompletedSuccessfully);
            return answered.Result;
        }

        private void Report(Silo silo, DateTimeOffset now, SilosShown shown)
        {
            var at = _ticks.Count;
            TimeSpan? elapsed = silo.ReportedAt is { } before ? TimeSpan.FromSeconds((at - before) * TickSeconds) : null;
            var report = silo.Reporter.Next(now, elapsed, new MigrationTally().Drain(), new SyncLag(0, default, default, default, null), 50, RolloutPhase.GradualRollout, shown);
            Assert.True(_store.Add(report, default).IsCompletedSuccessfully);
            silo.Reporter.Keep(now, report, shown);
            silo.ReportedAt = at;
        }
    }
}
