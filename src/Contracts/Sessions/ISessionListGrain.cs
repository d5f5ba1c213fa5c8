namespace GaiaOrleans.Contracts.Sessions;

/// <summary>Which sessions are asked for.</summary>
/// <param name="Cursor">An id; the page begins after it. Null = at the first.</param>
/// <param name="Limit">The most that one page may hold.</param>
/// <param name="Skip">How many to leave out before the page, for clients that count pages.</param>
/// <param name="Epoch">Of the rollout that the caller routes by: a silo that has not heard of it looks before it answers. 0 = none.</param>
/// <param name="OfLegacy">It is legacy that is asked for the list, as long as it is fed: only what it lacks is wanted, whatever the cluster has.</param>
[GenerateSerializer, Immutable, Alias("gaia.session.query")]
public sealed record SessionQuery(
    [property: Id(0)] string? Cursor,
    [property: Id(1)] int Limit,
    [property: Id(2)] string? Status = null,
    [property: Id(3)] string? Tier = null,
    [property: Id(4)] long Skip = 0,
    [property: Id(5)] long Epoch = 0,
    [property: Id(6)] bool OfLegacy = false);

/// <summary>What a list needs from the cluster.</summary>
/// <param name="FromTarget">
/// The migrate ledger of this generation is closed, or the migration is complete: the rows are the whole list. Otherwise they are only what
/// legacy lacks yet.
/// </param>
/// <param name="Next">The cursor of the next page; null = this was the last.</param>
[GenerateSerializer, Immutable, Alias("gaia.session.page")]
public sealed record SessionPage([property: Id(0)] bool FromTarget, [property: Id(1)] ListedSession[] Sessions, [property: Id(2)] string? Next)
{
    /// <summary>Where they are for legacy's list: the member by which its records are known; null = not known.</summary>
    [Id(3)]
    public string? IdMember { get; init; }
}

/// <param name="Body">UTF-8 JSON; null = deleted.</param>
/// <param name="LegacyLacks">Legacy has no session of this id at all, as far as we know; otherwise it has another state of it.</param>
/// <param name="Intended">A change is on its way to legacy, which leads, has everything before it and may show it already.</param>
[GenerateSerializer, Immutable, Alias("gaia.session.listed")]
public sealed record ListedSession([property: Id(0)] string Id, [property: Id(1)] byte[]? Body, [property: Id(2)] bool LegacyLacks = false, [property: Id(3)] bool Intended = false);

/// <summary>What is asked about the sessions as a whole, near the caller.</summary>
[Alias("gaia.session.list")]
public interface ISessionListGrain : IGrainWithIntegerKey
{
    /// <summary>Live sessions in id order, or those that legacy does not show as they are while it still serves lists.</summary>
    [Alias("page")]
    Task<SessionPage> Page(SessionQuery query, CancellationToken cancellationToken = default);

    /// <summary>The member in which a new session may name its own id, as GAIA_HOME's clients do: <c>id</c>, <c>session_id</c>, <c>session_name</c> or <c>name</c>.</summary>
    /// <exception cref="Problems.LegacyUnavailableException">GAIA_HOME would have to show it, and does not answer.</exception>
    [Alias("id_member")]
    Task<string> IdMember(CancellationToken cancellationToken = default);
}
