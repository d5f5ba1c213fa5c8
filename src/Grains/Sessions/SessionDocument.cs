using System.Text.Json;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Sessions;
using Utf8Text = System.Text.Unicode.Utf8;

namespace GaiaOrleans.Grains.Sessions;

/// <summary>A known field whose value does not fit its type. Legacy's are kept raw and reported; a client's are refused.</summary>
public sealed record Misfit(SessionField Field, string Value);

/// <summary>
/// One session as canonical UTF-8 JSON: known fields first and in a fixed order with normalised values, unknown ones after them as they
/// came. Immutable; ready to be written to a response.
/// </summary>
public sealed class SessionDocument
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    private SessionDocument(byte[] utf8) => Utf8 = utf8;

    public byte[] Utf8 { get; }

    /// <summary>Bytes that are canonical already, because this class wrote them.</summary>
    public static SessionDocument FromCanonical(byte[] utf8) => new(utf8);

    /// <summary>A client's document. Every problem is named; nothing is guessed.</summary>
    /// <param name="stamp">Default: the times stay as they came.</param>
    /// <exception cref="InvalidInputException">Not a JSON object, another id than the path's, or a value that does not fit its field.</exception>
    public static SessionDocument FromClient(string id, ReadOnlyMemory<byte> body, SessionStamp? stamp = null)
    {
        using var json = ParseClient(body);
        return FromClient(id, json.RootElement, static _ => true, stamp);
    }

    public static SessionDocument FromClient(string id, JsonElement root) => FromClient(id, root, static _ => true, null);

    /// <param name="given">Whether the client gave the field; what it did not touch may be as legacy left it.</param>
    private static SessionDocument FromClient(string id, JsonElement root, Func<string, bool> given, SessionStamp? stamp)
    {
        if (root.ValueKind != JsonValueKind.Object) throw InvalidInputException.Json("The body must be a JSON object.");
        JsonText.RequireStorable(root);
        if (root.TryGetProperty(SessionField.Id, out var bodyId) && !(bodyId.ValueKind == JsonValueKind.String && bodyId.GetString() == id))
            throw InvalidInputException.Field(SessionField.Id, $"is {bodyId.GetRawText()} in the body and '{id}' in the path; leave it out or make them equal");
        var document = Canonical(id, root, stamp, out var found);
        var misfits = found.Where(m => given(m.Field.Name)).ToList();
        if (misfits.Count == 0) return document;
        throw new InvalidInputException(
            InvalidInputException.InvalidField,
            $"{misfits.Count} field(s) do not fit: {string.Join(", ", misfits.Select(m => m.Field.Name))}.",
            misfits.ToDictionary(m => m.Field.Name, m => new[] { $"{m.Field.Expectation}; this is {Shorten(m.Value)}" }));
    }

    /// <summary>Legacy's document: whatever does not fit its type stays as it came.</summary>
    /// <exception cref="InvalidInputException">It holds text that cannot be stored at all; the field is named.</exception>
    public static SessionDocument FromLegacy(string id, JsonElement root, out IReadOnlyList<Misfit> misfits)
    {
        JsonText.RequireStorable(root);
        return Canonical(id, root, null, out misfits);
    }

    public static JsonDocument ParseClient(ReadOnlyMemory<byte> body)
    {
        if (!Utf8Text.IsValid(body.Span)) throw InvalidInputException.Json("The body is not UTF-8.");
        try
        {
            return JsonDocument.Parse(body, Strict);
        }
        // A member's name that is no text is found by the check for duplicates, which says so in its own way.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw InvalidInputException.Json($"The body is not JSON: {e.Message}");
        }
    }

    /// <summary>Of what legacy is asked to store, so that its echo can be told from somebody's change.</summary>
    /// <param name="stamped">Fields that legacy sets by itself, in which its echo differs.</param>
    public string Fingerprint(IReadOnlySet<string> stamped)
    {
        using var json = Parse();
        var id = json.RootElement.TryGetProperty(SessionField.Id, out var value) ? value.GetString() : null;
        // Legacy shows the id once more where it keeps ids, whether or not the document had it there.
        HashSet<string>? repeating = null;
        foreach (var member in json.RootElement.EnumerateObject())
            if (id is not null && SessionField.RepeatsId(member.Name, member.Value, id))
                (repeating ??= [.. stamped]).Add(member.Name);
        return CanonicalJson.Hash(json.RootElement, repeating ?? stamped);
    }

    public JsonDocument Parse() => JsonDocument.Parse(Utf8);

    /// <summary>Legacy takes the id from this member: with another value there it would keep the session under another id, or show something else than was acknowledged.</summary>
    /// <param name="change">One that was understood already.</param>
    /// <exception cref="InvalidInputException">It gives something else; what it leaves alone is as legacy has it.</exception>
    public static void RequireId(string id, SessionChange change, string member)
    {
        if (change.Kind == ChangeKind.Delete) return;
        using var json = ParseClient(change.Body);
        var removes = change.Kind == ChangeKind.Merge;
        if (json.RootElement.TryGetProperty(member, out var value) && !SessionField.RepeatsId(member, value, id) && !(removes && value.ValueKind == JsonValueKind.Null))
            throw InvalidInputException.Field(member, $"is {Shorten(value.GetRawText())}, and GAIA_HOME knows the session '{id}' by it; leave it out or make them equal");
    }

    /// <summary>The document after a merge patch (RFC 7396).</summary>
    /// <param name="stamp">Default: the times stay as the patch leaves them.</param>
    public SessionDocument Merge(string id, ReadOnlyMemory<byte> patch, SessionStamp? stamp = null)
    {
        using var change = ParseClient(patch);
        JsonText.RequireStorable(change.RootElement);
        using var current = Parse();
        using var merged = JsonDocument.Parse(MergePatch.Apply(current.RootElement, change.RootElement));
        return FromClient(id, merged.RootElement, name => change.RootElement.ValueKind != JsonValueKind.Object || change.RootElement.TryGetProperty(name, out _), stamp);
    }

    /// <summary>The document with one member set, or without it where <paramref name="value"/> is null.</summary>
    /// <param name="value">UTF-8 JSON.</param>
    /// <param name="checkedAs">What to call the value in a refusal when it must fit the field; null = taken as it is, as legacy's are.</param>
    /// <exception cref="InvalidInputException">The value is no JSON, or does not fit.</exception>
    public SessionDocument With(string id, string name, byte[]? value, string? checkedAs)
    {
        using var given = value is null ? null : ParseClient(value);
        if (given is not null && checkedAs is not null)
        {
            if (JsonText.Find(given.RootElement) is var (_, flaw)) throw InvalidInputException.Field(checkedAs, $"has {flaw}, which cannot be stored");
            if (SessionField.ByName.TryGetValue(name, out var field) && !FieldValue.Fits(field, given.RootElement)) throw InvalidInputException.Field(checkedAs, $"{field.Expectation}; this is {Shorten(given.RootElement.GetRawText())}");
        }

        using var json = Parse();
        using var changed = JsonDocument.Parse(Write(writer =>
        {
            foreach (var member in json.RootElement.EnumerateObject())
                if (member.Name != name)
                    member.WriteTo(writer);
            if (given is null) return;
            writer.WritePropertyName(name);
            given.RootElement.WriteTo(writer);
        }).Utf8);
        return Canonical(id, changed.RootElement, null, out _);
    }

    /// <summary>The document with the times that are stamped.</summary>
    public SessionDocument Stamp(SessionStamp stamp)
    {
        using var json = Parse();
        return Canonical(json.RootElement.GetProperty(SessionField.Id).GetString()!, json.RootElement, stamp, out _);
    }

    /// <summary>The value of <c>created_at</c> as it is written; empty = there is none.</summary>
    internal ReadOnlySpan<byte> CreatedAt()
    {
        var reader = new Utf8JsonReader(Utf8);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals(SessionField.CreatedAt);
            reader.Read();
            var from = (int)reader.TokenStartIndex;
            reader.Skip();
            if (found) return Utf8.AsSpan(from, (int)reader.BytesConsumed - from);
        }

        return [];
    }

    private static SessionDocument Canonical(string id, JsonElement root, SessionStamp? stamp, out IReadOnlyList<Misfit> misfits)
    {
        var found = new List<Misfit>();
        var document = Write(writer =>
        {
            // Of duplicates the last counts, as it does in Python.
            var known = new JsonElement[SessionField.All.Count];
            SortedDictionary<string, JsonProperty>? unknown = null;
            foreach (var property in root.EnumerateObject())
                if (SessionField.IndexOf(property) is var index and >= 0) known[index] = property.Value;
                else (unknown ??= new(StringComparer.Ordinal))[property.Name] = property;

            writer.WriteString(SessionField.Id, id);
            for (var i = 0; i < known.Length; i++)
            {
                var (field, value) = (SessionField.All[i], known[i]);
                if (field.Name == SessionField.Id) continue;
                if (stamp is { } times && times.Write(writer, field, value))
                {
                    if (!FieldValue.FitsTime(value)) found.Add(new(field, value.GetRawText()));
                    continue;
                }

                if (value.ValueKind == JsonValueKind.Undefined) continue;
                writer.WritePropertyName(field.Written);
                if (FieldValue.WriteCanonical(writer, field, value)) continue;
                found.Add(new(field, value.GetRawText()));
                value.WriteTo(writer);
            }

            if (unknown is null) return;
            foreach (var property in unknown.Values) property.WriteTo(writer);
        });
        misfits = found;
        return document;
    }

    private static SessionDocument Write(Action<Utf8JsonWriter> members)
    {
        var buffer = JsonBuffer.Take();
        buffer.Writer.WriteStartObject();
        members(buffer.Writer);
        buffer.Writer.WriteEndObject();
        var document = new SessionDocument(buffer.Written.ToArray());
        buffer.GiveBack();
        return document;
    }

    private static string Shorten(string text) => text.Length <= 60 ? text : text[..60] + "…";
}
