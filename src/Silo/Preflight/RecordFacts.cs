namespace GaiaOrleans.Silo.Preflight;

/// <summary>What the listed records have in common, and which of them are odd.</summary>
internal sealed record RecordFacts
{
    /// <summary>How many of the listed records were looked at.</summary>
    public int LookedAt { get; init; }

    /// <summary>Known time fields → <see cref="TimeSpelling"/> → how often.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> Timestamps { get; init; } = new Dictionary<string, IReadOnlyDictionary<string, int>>();

    public IReadOnlyDictionary<string, EnumFacts> Enums { get; init; } = new Dictionary<string, EnumFacts>();

    /// <summary>Members that no column exists for → how often. They are kept.</summary>
    public IReadOnlyDictionary<string, int> UnknownFields { get; init; } = new Dictionary<string, int>();

    /// <summary>Members that may hold the id → in how many records they hold what the id was taken to be.</summary>
    public IReadOnlyDictionary<string, int> IdMembers { get; init; } = new Dictionary<string, int>();

    /// <summary>Records that cannot be migrated.</summary>
    public Capped<Unmapped> Refused { get; init; } = Capped<Unmapped>.None;

    /// <summary>Known fields whose value does not fit: kept as they came, and reported as validation errors.</summary>
    public Capped<Unmapped> Misfits { get; init; } = Capped<Unmapped>.None;

    public Capped<Duplicate> Duplicates { get; init; } = Capped<Duplicate>.None;

    public Largest? Largest { get; init; }

    /// <summary>Time fields whose zone is not written and that hold a time after now → the furthest of them.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> AheadOfTime { get; init; } = new Dictionary<string, DateTimeOffset>();
}

/// <param name="Spellings">lower, upper, mixed or python_repr → how often.</param>
/// <param name="Foreign">Values that are none of ours → how often.</param>
internal sealed record EnumFacts(IReadOnlyDictionary<string, int> Spellings, IReadOnlyDictionary<string, int> Foreign);

/// <param name="Id">Null = it has none.</param>
/// <param name="Field">Null = the record as a whole.</param>
internal sealed record Unmapped(string? Id, string? Field, string Reason);

/// <param name="Same">All its documents are the same.</param>
internal sealed record Duplicate(string Id, bool Same);

/// <param name="Bytes">As it came in the list.</param>
internal sealed record Largest(string? Id, int Bytes);
