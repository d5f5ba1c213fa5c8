using CsCheck;
using GaiaOrleans.Contracts.Conflicts;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;

namespace GaiaOrleans.Grains.Tests.Model;

/// <summary>One step of a history.</summary>
internal abstract record Command
{
    /// <param name="Duplicate">Goes to the older of two activations, if there are two.</param>
    /// <param name="Repeated">The gateway lives on when the silo dies, and sends the request once more.</param>
    public sealed record Write(int Session, ChangeKind Kind, bool Keyed, bool IfMatch, bool Duplicate, bool Repeated, Weather Weather) : Command;

    /// <summary>The client repeats its last keyed write to the session, letter for letter.</summary>
    public sealed record Retry(int Session, bool Duplicate, Weather Weather) : Command;

    /// <summary>The client uses its last key for another change; not for a delete, which has no body to tell it by.</summary>
    public sealed record ReuseKey(int Session, ChangeKind Kind) : Command;

    public sealed record Repair(Weather Weather) : Command;

    public sealed record Pass(int Ms) : Command;

    /// <summary>A second activation comes to life beside the first, which does not notice.</summary>
    public sealed record Split(int Session) : Command;

    /// <summary>The silo of the activation dies, whatever it was doing.</summary>
    public sealed record Kill(int Session) : Command;

    public sealed record Settings(DualWriteMode Mode, AckPolicy Ack) : Command;

    public sealed record Strategy(ConflictStrategy Value) : Command;

    public sealed record DualWrite(bool On) : Command;

    public sealed record Cutover(bool Forward) : Command;

    /// <summary>Somebody changes legacy past every gateway, after a while. Where others do not write, only a delete is possible: by hand.</summary>
    /// <param name="Back">It restores what legacy had been sent before, letter for letter, instead.</param>
    public sealed record Direct(int Session, ChangeKind Kind, bool Back, int AfterMs) : Command;

    /// <summary>An operator decides what is open.</summary>
    /// <param name="By">Null = by a value of the operator's own; for one field then.</param>
    /// <param name="OneField">Only the first of those that are open.</param>
    public sealed record Resolve(int Session, ConflictStrategy? By, bool OneField, Weather Weather) : Command;

    public sealed record Sync(int Session, Side Source, Weather Weather) : Command;

    /// <summary>A migrate run reads legacy's list.</summary>
    public sealed record List : Command;

    /// <summary>It makes first rows of what it read last.</summary>
    public sealed record Import : Command;

    /// <summary>The same with less that goes wrong.</summary>
    public IEnumerable<Command> Milder() => this switch
    {
        Write c => c.Weather.Milder().Select(w => (Command)(c with { Weather = w })).Concat([c with { IfMatch = false }, c with { Duplicate = false }, c with { Repeated = false }, c with { Keyed = false }]),
        Retry c => c.Weather.Milder().Select(w => (Command)(c with { Weather = w })).Append(c with { Duplicate = false }),
        Repair c => c.Weather.Milder().Select(w => (Command)(c with { Weather = w })),
        Resolve c => c.Weather.Milder().Select(w => (Command)(c with { Weather = w })),
        Sync c => c.Weather.Milder().Select(w => (Command)(c with { Weather = w })),
        Direct c => [c with { AfterMs = 0 }],
        _ => [],
    };

    private static readonly Gen<int> AnySession = Gen.Int[0, 1];
    private static readonly Gen<bool> Seldom = Gen.Frequency((4, Gen.Const(false)), (1, Gen.Const(true)));

    private static readonly Gen<ChangeKind> AnyKind = Gen.Frequency(
        (2, Gen.Const(ChangeKind.Create)), (2, Gen.Const(ChangeKind.Replace)), (4, Gen.Const(ChangeKind.Merge)), (1, Gen.Const(ChangeKind.Delete)));

    /// <summary>Those that decide, or none of them: a value of one's own.</summary>
    private static readonly Gen<ConflictStrategy?> AnyDecision = Gen.Enum<ConflictStrategy>().Select(s => s == ConflictStrategy.Manual ? (ConflictStrategy?)null : s);

    public static readonly Gen<Command> Any = Gen.Frequency<Command>(
        (12, Gen.Select(AnySession, AnyKind, Gen.Bool, Seldom, Seldom, Gen.Bool, Weather.Any).Select((s, k, keyed, match, dup, again, w) => (Command)new Write(s, k, keyed, match, dup, again, w))),
        (4, Gen.Select(AnySession, Seldom, Weather.Any).Select((s, dup, w) => (Command)new Retry(s, dup, w))),
        (1, Gen.Select(AnySession, AnyKind).Select((s, k) => (Command)new ReuseKey(s, k == ChangeKind.Delete ? ChangeKind.Merge : k))),
        (4, Weather.Any.Select(w => (Command)new Repair(w))),
        (3, Gen.OneOf(Gen.Const(100), Gen.Const(1_000), Gen.Const(5_000), Gen.Const(40_000)).Select(ms => (Command)new Pass(ms))),
        (2, AnySession.Select(s => (Command)new Split(s))),
        (1, AnySession.Select(s => (Command)new Kill(s))),
        (2, Gen.Select(Gen.Enum<DualWriteMode>(), Gen.Enum<AckPolicy>()).Select((m, a) => (Command)new Settings(m, a))),
        (3, Gen.Frequency((1, Gen.Enum<ConflictStrategy>()), (1, Gen.Const(ConflictStrategy.Manual))).Select(v => (Command)new Strategy(v))),
        (2, Gen.Bool.Select(on => (Command)new DualWrite(on))),
        (1, Gen.Bool.Select(f => (Command)new Cutover(f))),
        (6, Gen.Select(AnySession, AnyKind, Seldom, Gen.OneOf(Gen.Const(0), Gen.Const(5), Gen.Const(30), Gen.Const(1_000), Gen.Const(2_500))).Select((s, k, back, ms) => (Command)new Direct(s, k, back, ms))),
        (4, Gen.Select(AnySession, AnyDecision, Gen.Bool, Weather.Any).Select((s, d, one, w) => (Command)new Resolve(s, d, one || d is null, w))),
        (1, Gen.Select(AnySession, Gen.Enum<Side>(), Weather.Any).Select((s, side, w) => (Command)new Sync(s, side, w))),
        (2, Gen.Const((Command)new List())),
        (2, Gen.Const((Command)new Import())));
}
