using CsCheck;

namespace GaiaOrleans.Grains.Tests.Model;

internal enum Fate
{
    Applied,
    Failed,
    UnknownApplied,
    UnknownLost,
    Rejected,
}

internal enum CrashPoint
{
    None,
    AfterCommit,
    InFlight,
    AfterAnswer,
}

internal enum StoreFault
{
    None,
    Down,
    UnknownCommitted,
    UnknownLost,

    /// <summary>It commits, and says so too late for a request to be sent under the lease that it took.</summary>
    Slow,

    /// <summary>Likewise, and every commit of the command.</summary>
    AllSlow,

    /// <summary>It commits so late: what happens meanwhile comes first.</summary>
    Late,
}

/// <summary>What goes wrong while one command is carried out.</summary>
/// <param name="DelayMs">How long a request to legacy takes, answered or not; at most the HTTP timeout.</param>
/// <param name="ReadMs">How long a read of legacy takes. It shows what legacy had when it was asked.</param>
/// <param name="FaultAt">Which commit of the command the store's fault strikes.</param>
internal sealed record Weather(Fate Fate, int DelayMs, CrashPoint Crash, StoreFault Store, int FaultAt, bool LegacyUnreadable, int ReadMs)
{
    public static readonly Weather Fine = new(Fate.Applied, 10, CrashPoint.None, StoreFault.None, 0, false, 0);

    public static readonly Gen<Weather> Any = Gen.Select(
        Gen.Frequency((10, Gen.Const(Fate.Applied)), (2, Gen.Const(Fate.Failed)), (2, Gen.Const(Fate.UnknownApplied)), (2, Gen.Const(Fate.UnknownLost)), (1, Gen.Const(Fate.Rejected))),
        Gen.OneOf(Gen.Const(0), Gen.Const(50), Gen.Const(1_500), Gen.Const(2_990)),
        Gen.Frequency((14, Gen.Const(CrashPoint.None)), (1, Gen.Const(CrashPoint.AfterCommit)), (2, Gen.Const(CrashPoint.InFlight)), (1, Gen.Const(CrashPoint.AfterAnswer))),
        Gen.Frequency((20, Gen.Const(StoreFault.None)), (1, Gen.Const(StoreFault.Down)), (1, Gen.Const(StoreFault.UnknownCommitted)), (1, Gen.Const(StoreFault.UnknownLost)), (1, Gen.Const(StoreFault.Slow)), (1, Gen.Const(StoreFault.AllSlow)), (1, Gen.Const(StoreFault.Late))),
        Gen.Int[0, 1],
        Gen.Frequency((15, Gen.Const(false)), (1, Gen.Const(true))),
        Gen.Frequency((4, Gen.Const(0)), (2, Gen.Const(20)), (1, Gen.Const(700)))).Select((fate, delay, crash, store, at, unreadable, read) => new Weather(fate, delay, crash, store, at, unreadable, read));

    public IEnumerable<Weather> Milder() =>
        [Fine, this with { Crash = CrashPoint.None }, this with { Store = StoreFault.None, FaultAt = 0 }, this with { Fate = Fate.Applied }, this with { ReadMs = 0 }, this with { LegacyUnreadable = false }, this with { DelayMs = 10 }];

    public override string ToString() =>
        this == Fine ? "fine" : $"{Fate} in {DelayMs} ms{(Crash == CrashPoint.None ? "" : $", crash {Crash}")}{(Store == StoreFault.None ? "" : $", store {Store} at {FaultAt}")}{(LegacyUnreadable ? ", unreadable" : ReadMs > 0 ? $", read in {ReadMs} ms" : "")}";
}
