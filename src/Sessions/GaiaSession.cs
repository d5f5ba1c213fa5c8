using System.Text.Json;
using System.Text.Json.Nodes;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway;

namespace GaiaOrleans.Sessions;

/// <summary>A session as it was read.</summary>
/// <param name="Version">For <see cref="ChangeTerms.IfVersion"/>; null while GAIA_HOME alone answers, which has no versions, and of a session that was listed: a change under it would be one under no terms.</param>
/// <param name="Document">With every member that the session has, also those nobody here knows.</param>
public sealed record GaiaSession(string Id, long? Version, JsonObject Document)
{
    /// <summary>The members that <typeparamref name="T"/> knows, by their snake_case names. For reading: to write it back whole would drop the others.</summary>
    /// <exception cref="JsonException">A member's value does not fit.</exception>
    public T As<T>() => Document.Deserialize<T>(GaiaJson.Options)!;
}

/// <summary>What a change came to.</summary>
/// <param name="Version">Of the session after it; null while GAIA_HOME alone answers.</param>
/// <param name="Document">The session as it is now; null after a delete.</param>
/// <param name="Created">There was no session of this id before.</param>
/// <param name="Replayed">The idempotency key was known: this is what happened then.</param>
/// <param name="DualWrite">What the two sides had at that moment; <c>Off</c> where only one is written to.</param>
public sealed record GaiaChange(string Id, long? Version, JsonObject? Document, bool Created, bool Replayed, DualWriteOutcome DualWrite);

/// <summary>Under which terms a session is changed.</summary>
/// <param name="IfVersion">Only when the session is at this version. Default: whichever is there.</param>
/// <param name="IdempotencyKey">At most 255 characters; a repetition under the same key within 24 hours has no second effect. Default: one of its own for each call.</param>
public sealed record ChangeTerms(long? IfVersion = null, string? IdempotencyKey = null);

/// <summary>Which sessions are listed. Default: all.</summary>
/// <param name="Status">For example <c>active</c>.</param>
/// <param name="Tier">For example <c>worker</c>.</param>
public sealed record SessionFilter(string? Status = null, string? Tier = null);
