namespace GaiaOrleans.Contracts.Sessions;

/// <summary>What a list needs from the cluster.</summary>
/// <param name="FromTarget">The ledger of this generation is closed: the rows are the whole list. Otherwise they are only what legacy lacks yet.</param>
/// <param name="Next">The cursor of the next page; null = this was the last.</param>
[GenerateSerializer, Immutable, Alias("gaia.session.page")]
public sealed record SessionPage([property: Id(0)] bool FromTarget, [property: Id(1)] ListedSession[] Sessions, [property: Id(2)] string? Next);

/// <param name="Body">UTF-8 JSON; null = deleted.</param>
[GenerateSerializer, Immutable, Alias("gaia.session.listed")]
public sealed record ListedSession([property: Id(0)] string Id, [property: Id(1)] byte[]? Body);

/// <summary>Reads many sessions at once, near the caller.</summary>
[Alias("gaia.session.list")]
public interface ISessionListGrain : IGrainWithIntegerKey
{
    /// <summary>Live sessions in id order after <paramref name="cursor"/>, or the pending ones while legacy still serves lists.</summary>
    [Alias("page")]
    Task<SessionPage> Page(string? cursor, int limit, string? status, string? tier, CancellationToken cancellationToken = default);
}
