namespace GaiaOrleans.Chaos.History;

internal enum OperationKind
{
    Read,
    Write,
    Delete,
}

internal enum Outcome
{
    /// <summary>Acknowledged.</summary>
    Done,

    /// <summary>Answered that it did not take effect.</summary>
    Refused,

    /// <summary>Not answered, or answered that nobody knows: it may take effect at any later time, once.</summary>
    Unknown,
}

/// <summary>What one client asked, and was told.</summary>
/// <param name="Client">Does one thing after the other.</param>
/// <param name="Value">Written by this operation and by no other; or what was read. Null = no session.</param>
/// <param name="Expected">The version of its If-Match; null = without.</param>
/// <param name="Invoked">Ticks of the monotonic clock of the one process that records.</param>
/// <param name="Answered">As <paramref name="Invoked"/>; of an unknown outcome the moment at which it was given up.</param>
/// <param name="Version">The answer's ETag: the place that a change has taken, or the one up to which a read shows everything.</param>
/// <param name="Epoch">Under which it was answered.</param>
/// <param name="Side">The side that the answer names as the one it was taken to: which serves a read, or leads a change.</param>
/// <param name="Said">Status and code, for people.</param>
internal sealed record Operation(
    string Session, string Client, OperationKind Kind, string? Value, long? Expected, long Invoked, long Answered, Outcome Outcome, long? Version, long? Epoch, string? Side, string Said)
{
    /// <summary>
    /// It was read with all others, in a list. A list may show a change that is on its way, and so more than a read after it; it may not show less than
    /// what was acknowledged or read before it.
    /// </summary>
    public bool Listed { get; init; }

    /// <summary>How often the client asked, under one idempotency key.</summary>
    public int Attempts { get; init; } = 1;

    public bool Change => Kind != OperationKind.Read;

    public override string ToString() =>
        $"{Client} {Kind.ToString().ToLowerInvariant()} {Session} {Value ?? "-"}{(Expected is { } version ? $" if {version}" : "")}: {Outcome.ToString().ToLowerInvariant()}{(Version is { } v ? $" as {v}" : "")}{(Side is null ? "" : $" by {Side}")}{(Epoch is { } epoch ? $" in {epoch}" : "")}, {Said}";
}
