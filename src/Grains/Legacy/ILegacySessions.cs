using System.Runtime.InteropServices;
using System.Text.Json;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Legacy;

/// <summary>What legacy has for an id.</summary>
/// <param name="Document">Null = it has none.</param>
/// <param name="Raw">As it answered, UTF-8 JSON.</param>
/// <param name="Hash">Of its own representation without the fields it stamps; null = it has none.</param>
/// <param name="Misfits">Known fields whose values do not fit their type.</param>
public sealed record LegacyRead(SessionDocument? Document, byte[]? Raw, string? Hash, IReadOnlyList<Misfit> Misfits)
{
    public static readonly LegacyRead Absent = new(null, null, null, []);

    /// <summary>The fields that it sets by itself.</summary>
    public IReadOnlySet<string> Stamped { get; init; } = SessionField.Stamped;

    /// <summary>As <see cref="SentDocument.Hash"/> has it of what was sent.</summary>
    public string Print() => SentDocument.HashOf(Document, Stamped);

    /// <param name="raw">The same, where the caller has it by itself; null = it is copied.</param>
    /// <exception cref="InvalidInputException">It cannot be kept; the field is named.</exception>
    public static LegacyRead Of(string id, JsonElement element, IReadOnlySet<string> stamped, byte[]? raw = null)
    {
        var document = SessionDocument.FromLegacy(id, element, out var misfits);
        // Sessions have one member for it here. What legacy keeps there besides would be gone from the first write on, on both sides, and no comparison would miss it.
        if (element.TryGetProperty(SessionField.Id, out var own) && own.ValueKind != JsonValueKind.Null && own.ToString() != id)
            throw InvalidInputException.Field(SessionField.Id, $"holds {own.GetRawText()}, and the session is found as '{id}': sessions have no place for both here");
        return new(document, raw ?? JsonMarshal.GetRawUtf8Value(element).ToArray(), CanonicalJson.Hash(element, stamped), misfits) { Stamped = stamped };
    }
}

/// <summary>What became of a change sent to legacy.</summary>
public abstract record LegacyAnswer
{
    /// <param name="Hash">Of legacy's representation after the change; null after a delete.</param>
    public sealed record Applied(string? Hash) : LegacyAnswer;

    /// <summary>It answered 4xx: sending the same again cannot help.</summary>
    public sealed record Rejected(int Status, string Body) : LegacyAnswer;

    /// <summary>It was to be replaced and is not there: somebody else deleted it. Nothing was applied.</summary>
    public sealed record Gone : LegacyAnswer;

    /// <summary>It was definitely not applied: never sent, or refused before it was looked at.</summary>
    public sealed record Failed(string Code, string Reason) : LegacyAnswer
    {
        /// <summary>What it is where it does not pass; null = it is no refusal, and never becomes one.</summary>
        public Rejected? IfItLasts { get; init; }
    }

    /// <summary>Sent, but no usable answer: it may or may not be applied.</summary>
    public sealed record Unknown(string Code, string Reason) : LegacyAnswer;
}

/// <summary>One entry of a list page. <paramref name="Id"/> is null when the record has none that we recognise.</summary>
public sealed record LegacyListed(string? Id, byte[] Raw, string? Problem);

/// <summary>A page and how to get the next one; null = that was the last.</summary>
/// <param name="Total">How many sessions there are in all, where the answer tells.</param>
/// <param name="Shifts">Pages are counted off: a session that is deleted meanwhile moves others to a page that was read already.</param>
public sealed record LegacyPage(IReadOnlyList<LegacyListed> Sessions, string? Next, long? Total = null, bool Shifts = false);

/// <summary>GAIA_HOME's sessions.</summary>
public interface ILegacySessions
{
    /// <summary>Clients may write there directly, past every gateway: what legacy shows must be read before it is overwritten.</summary>
    bool OthersWrite { get; }

    /// <summary>Fields that it sets by itself: in them it may show something else than it was sent.</summary>
    IReadOnlySet<string> Stamped { get; }

    /// <summary>Whether requests are being sent at the moment: <c>closed</c> (they are), <c>open</c> or <c>half_open</c>.</summary>
    string Circuit { get; }

    /// <summary>What is asked now is refused unsent; false also where the next request is a trial.</summary>
    bool Refuses { get; }

    /// <summary>The member under which a session's id is kept there: <c>id</c>, <c>session_id</c>, <c>session_name</c> or <c>name</c>.</summary>
    /// <exception cref="LegacyUnavailableException">It is not known yet, and cannot be learnt now.</exception>
    Task<string> IdMember(CancellationToken cancellationToken);

    /// <summary>The same without asking; null = not known yet.</summary>
    string? KnownIdMember { get; }

    /// <param name="exists">Legacy is believed to have the session: that it has none is not taken from whoever may answer in its place.</param>
    /// <exception cref="LegacyUnavailableException">No usable answer; never mistaken for absence.</exception>
    Task<LegacyRead> Get(string id, bool exists, CancellationToken cancellationToken);

    /// <summary>Makes <paramref name="document"/> legacy's state. Expected outcomes are values; it does not throw for them.</summary>
    /// <param name="exists">Legacy is believed to have the session: when it turns out to be gone, the answer is <see cref="LegacyAnswer.Gone"/>. Otherwise it is created.</param>
    Task<LegacyAnswer> Put(string id, SessionDocument document, bool exists, CancellationToken cancellationToken);

    /// <summary>Deletes; a session that is gone already counts as deleted.</summary>
    Task<LegacyAnswer> Delete(string id, CancellationToken cancellationToken);

    /// <param name="cursor">From the page before; null = from the start.</param>
    /// <exception cref="LegacyUnavailableException">No usable answer.</exception>
    Task<LegacyPage> List(string? cursor, CancellationToken cancellationToken);

    /// <summary>A document that a list showed, understood as <see cref="Get"/> would.</summary>
    /// <exception cref="InvalidInputException">It cannot be read as a session.</exception>
    LegacyRead Understand(string id, byte[] raw);

    /// <summary>Whether GAIA_HOME answers at all.</summary>
    Task<bool> Ping(CancellationToken cancellationToken);
}
