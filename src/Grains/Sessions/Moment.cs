namespace GaiaOrleans.Grains.Sessions;

/// <summary>What the grain adds to a decision, so that deciding stays pure.</summary>
public sealed record Moment(DateTimeOffset Now, Guid CommitId, string Owner, TimeSpan SendLease)
{
    /// <summary>How long an idempotency key is known.</summary>
    public TimeSpan KeyLife { get; init; } = TimeSpan.FromHours(24);

    /// <summary>By the store's clock; null = not known.</summary>
    public DateTimeOffset? StoreNow { get; init; }

    /// <summary>Fields that legacy sets by itself.</summary>
    public IReadOnlySet<string> Stamped { get; init; } = SessionField.Stamped;

    /// <summary>The member by which legacy knows its sessions; null = not known.</summary>
    public string? IdMember { get; init; }

    /// <summary>How many bytes of JSON a merge may make.</summary>
    public int LongestDocument { get; init; } = 1_048_576;
}
