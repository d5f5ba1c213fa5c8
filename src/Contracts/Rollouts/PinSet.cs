using System.Collections;
using System.Collections.Frozen;
using GaiaOrleans.Contracts.Sessions;

namespace GaiaOrleans.Contracts.Rollouts;

/// <summary>One session that is served by a given side, whatever its bucket says.</summary>
/// <param name="Until">The rollout ends it then, as a change of its own; null = it stays until somebody removes it.</param>
[GenerateSerializer, Immutable, Alias("gaia.rollout.pin")]
public sealed record Pin(
    [property: Id(0)] string SessionId,
    [property: Id(1)] Side Side,
    [property: Id(2)] DateTimeOffset? Until,
    [property: Id(3)] string Reason,
    [property: Id(4)] string By,
    [property: Id(5)] DateTimeOffset At);

/// <summary>Every pin of the rollout, by session id. Equal when the pins are.</summary>
[GenerateSerializer, Immutable, Alias("gaia.rollout.pins")]
public sealed class PinSet : IReadOnlyCollection<Pin>, IEquatable<PinSet>
{
    public static readonly PinSet None = new([]);

    [Id(0)] private readonly Pin[] _all;
    [NonSerialized] private FrozenDictionary<string, Pin>? _byId;

    public PinSet(IEnumerable<Pin> pins) => _all = [.. pins.OrderBy(p => p.SessionId, StringComparer.Ordinal)];

    public int Count => _all.Length;

    /// <summary>Asked for every request: allocates nothing, and does nothing where there are no pins.</summary>
    public Pin? Of(string sessionId) => _all.Length == 0 ? null : (_byId ??= _all.ToFrozenDictionary(p => p.SessionId, StringComparer.Ordinal)).GetValueOrDefault(sessionId);

    /// <summary>In place of the one that the session had.</summary>
    public PinSet With(Pin pin) => new([.. Without(pin.SessionId), pin]);

    public PinSet Without(string sessionId) => new(_all.Where(p => p.SessionId != sessionId));

    public bool Equals(PinSet? other) => other is not null && _all.AsSpan().SequenceEqual(other._all);

    public override bool Equals(object? obj) => Equals(obj as PinSet);

    public override int GetHashCode() => _all.Length == 0 ? 0 : HashCode.Combine(_all.Length, _all[0]);

    public IEnumerator<Pin> GetEnumerator() => _all.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
