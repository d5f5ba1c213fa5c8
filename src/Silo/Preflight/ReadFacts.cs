namespace GaiaOrleans.Silo.Preflight;

/// <summary>What reading some of the listed sessions alone, and then once more, showed.</summary>
internal sealed record ReadFacts
{
    public int Asked { get; init; }

    public int Found { get; init; }

    /// <summary>Listed, and 404 a moment later.</summary>
    public int NotFound { get; init; }

    public int Failed { get; init; }

    /// <summary>The first failure, with the id that it was about.</summary>
    public Trouble? Trouble { get; init; }

    /// <summary>Sessions whose <c>updated_at</c> moved between two of our reads: somebody wrote them.</summary>
    public int WrittenMeanwhile { get; init; }

    /// <summary>Compared with what the list had shown.</summary>
    public int Compared { get; init; }

    /// <summary>Members that the list lacks → in how many sessions.</summary>
    public IReadOnlyDictionary<string, int> MissingInList { get; init; } = new Dictionary<string, int>();

    /// <summary>Members that only the list has → in how many sessions.</summary>
    public IReadOnlyDictionary<string, int> OnlyInList { get; init; } = new Dictionary<string, int>();

    /// <summary>Members with another value in the list → in how many sessions.</summary>
    public IReadOnlyDictionary<string, int> OtherInList { get; init; } = new Dictionary<string, int>();

    /// <summary>Read twice.</summary>
    public int Reread { get; init; }

    /// <summary>How many of them nobody wrote in between, as far as <c>updated_at</c> tells.</summary>
    public int Undisturbed { get; init; }

    /// <summary>Members in which two reads of an undisturbed session differ → in how many sessions.</summary>
    public IReadOnlyDictionary<string, int> Volatile { get; init; } = new Dictionary<string, int>();

    public bool Etag { get; init; }

    public bool LastModified { get; init; }
}
