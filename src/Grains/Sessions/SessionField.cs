using System.Collections.Frozen;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace GaiaOrleans.Grains.Sessions;

public enum FieldKind
{
    Text,
    Enumeration,
    Timestamp,
    Number,
    Json,
}

/// <summary>A field of a session that has a typed column. Everything else is kept as it came.</summary>
public sealed record SessionField(string Name, FieldKind Kind, params string[] Values)
{
    public const string Id = "id";
    public const string UpdatedAt = "updated_at";
    public const string CreatedAt = "created_at";

    /// <summary>What GAIA_HOME sets by itself where nothing else is said.</summary>
    public static readonly IReadOnlySet<string> Stamped = new HashSet<string> { UpdatedAt };

    /// <summary>The name as documents have it.</summary>
    public JsonEncodedText Written { get; } = JsonEncodedText.Encode(Name, CanonicalJson.WriterOptions.Encoder);

    /// <summary>In the order in which documents show them.</summary>
    public static readonly IReadOnlyList<SessionField> All =
    [
        new(Id, FieldKind.Text),
        new("session_name", FieldKind.Text),
        new("user_id", FieldKind.Text),
        new("tier", FieldKind.Enumeration, "high_level", "manager", "worker"),
        new("provider", FieldKind.Enumeration, "claude", "codex", "ollama", "openai", "gemini"),
        new("status", FieldKind.Enumeration, "idle", "busy", "active", "paused", "failed", "offline"),
        new("lesson_id", FieldKind.Text),
        new("time_window_start", FieldKind.Timestamp),
        new("time_window_end", FieldKind.Timestamp),
        new("last_heartbeat", FieldKind.Timestamp),
        new("health_status", FieldKind.Enumeration, "healthy", "degraded", "unhealthy"),
        new("consecutive_failures", FieldKind.Number),
        new("max_concurrent_tasks", FieldKind.Number),
        new("current_task_count", FieldKind.Number),
        new("metadata", FieldKind.Json),
        new(CreatedAt, FieldKind.Timestamp),
        new(UpdatedAt, FieldKind.Timestamp),
    ];

    public static readonly FrozenDictionary<string, SessionField> ByName = All.ToFrozenDictionary(f => f.Name);

    private static readonly (byte[] Name, int Index)[][] ByLength =
        [.. Enumerable.Range(0, All.Max(f => f.Name.Length) + 1).Select(length => All.Select((f, i) => (Encoding.ASCII.GetBytes(f.Name), i)).Where(f => f.Item1.Length == length).ToArray())];

    /// <summary>Which of <see cref="All"/> a member is; -1 = none. Without making a string of its name.</summary>
    public static int IndexOf(JsonProperty member)
    {
        var raw = JsonMarshal.GetRawUtf8PropertyName(member);
        if (raw.Contains((byte)'\\'))
        {
            for (var i = 0; i < All.Count; i++)
                if (member.NameEquals(All[i].Name))
                    return i;
            return -1;
        }

        return IndexOf(raw);
    }

    /// <param name="name">UTF-8, not escaped.</param>
    public static int IndexOf(ReadOnlySpan<byte> name)
    {
        if (name.Length >= ByLength.Length) return -1;
        foreach (var (known, index) in ByLength[name.Length])
            if (name.SequenceEqual(known))
                return index;
        return -1;
    }

    /// <summary>Whether a member says the id again: legacy may keep ids under another name than <see cref="Id"/>, and needs it there.</summary>
    public static bool RepeatsId(string member, JsonElement value, string id) => member is "session_id" or "session_name" or "name" && value.ValueKind switch
    {
        JsonValueKind.String => value.ValueEquals(id),
        JsonValueKind.Number => value.GetRawText() == id,
        _ => false,
    };

    /// <summary>
    /// The canonical spelling of an enum value: Python writes <c>active</c>, <c>ACTIVE</c> or <c>SessionStatus.ACTIVE</c>. Null when it is none of ours.
    /// </summary>
    public string? CanonicalValue(string text)
    {
        var bare = EnumSpelling.Member(text);
        foreach (var value in Values)
            if (string.Equals(value, bare, StringComparison.OrdinalIgnoreCase))
                return value;
        return null;
    }

    /// <summary>What a client is told when its value does not fit.</summary>
    public string Expectation => Kind switch
    {
        FieldKind.Text => "must be a string",
        FieldKind.Enumeration => $"must be one of {string.Join(", ", Values)}",
        FieldKind.Timestamp => "must be an ISO-8601 time such as 2026-01-31T12:00:00Z",
        FieldKind.Number => "must be a whole number between -2147483648 and 2147483647",
        FieldKind.Json => "must be a JSON object",
        _ => throw new InvalidOperationException($"Field kind {Kind} has no expectation."),
    };
}
