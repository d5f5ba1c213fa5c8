namespace GaiaOrleans.Contracts.Sessions;

/// <summary>What a client may ask of a session; the four verbs of GAIA_HOME's own API.</summary>
[GenerateSerializer, Alias("gaia.session.change_kind")]
public enum ChangeKind
{
    /// <summary>POST: fails when a live session has the id.</summary>
    Create,

    /// <summary>PUT: the whole document; creates or replaces.</summary>
    Replace,

    /// <summary>PATCH: a JSON merge patch (RFC 7396).</summary>
    Merge,

    /// <summary>DELETE.</summary>
    Delete,
}

/// <summary>One change. <paramref name="Body"/> is the request's JSON in UTF-8; empty for a delete.</summary>
[GenerateSerializer, Immutable, Alias("gaia.session.change")]
public sealed record SessionChange([property: Id(0)] ChangeKind Kind, [property: Id(1)] byte[] Body);

/// <summary>The circumstances of a change.</summary>
/// <param name="Epoch">The rollout epoch under which the gateway routed it.</param>
/// <param name="ExpectedVersion">From If-Match; null = whatever is there.</param>
/// <param name="IdempotencyKey">A repetition under the same key has no second effect for 24 hours.</param>
/// <param name="RequestId">Names this request across the attempts of one gateway; empty = it is never repeated.</param>
/// <param name="Attempt">From the second on the session must know whether another attempt has taken effect; the first only looks.</param>
/// <param name="Since">How long ago the first attempt was made, on the gateway's monotonic clock; null = not known.</param>
/// <param name="SentAt">When this attempt left, by the store's clock: it may have been held up on its way; null = not known.</param>
/// <param name="OrVersions">Others that are as good as the expected one, from an If-Match of several; none where there is no expected one.</param>
/// <param name="MustExist">From <c>If-Match: *</c>: whichever version is there, but there must be one.</param>
[GenerateSerializer, Immutable, Alias("gaia.session.write_context")]
public sealed record WriteContext(
    [property: Id(0)] long Epoch,
    [property: Id(1)] long? ExpectedVersion = null,
    [property: Id(2)] string? IdempotencyKey = null,
    [property: Id(3)] Guid RequestId = default,
    [property: Id(4)] int Attempt = 1,
    [property: Id(5)] bool MustExist = false,
    [property: Id(6)] TimeSpan? Since = null,
    [property: Id(7)] DateTimeOffset? SentAt = null,
    [property: Id(8)] long[]? OrVersions = null)
{
    /// <summary>The version that is there is one of those that the client allows; true where it names none.</summary>
    public bool Allows(long version) => ExpectedVersion is not { } expected || version == expected || OrVersions?.Contains(version) is true;
}
