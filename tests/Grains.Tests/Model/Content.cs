using System.Collections.Immutable;
using System.Text.Json;
using GaiaOrleans.Contracts.Sessions;

namespace GaiaOrleans.Grains.Tests.Model;

/// <summary>What a session says, as clients see it: who replaced it last, and what was merged into it since. Computed without the code under test.</summary>
internal sealed record Content(string Name, string Marks)
{
    public static string Body(ChangeKind kind, int n) => kind switch
    {
        ChangeKind.Delete => "",
        ChangeKind.Merge => $"{{\"metadata\":{{\"m{n:000}\":true}}}}",
        _ => $"{{\"session_name\":\"w{n}\",\"status\":\"ACTIVE\",\"metadata\":{{\"m{n:000}\":true}},\"own\":{n}.0}}",
    };

    public static Content? After(Content? before, ChangeKind kind, int n) => kind switch
    {
        ChangeKind.Delete => null,
        ChangeKind.Merge => before! with { Marks = string.Join(',', before.Marks.Split(',').Append($"m{n:000}").Order(StringComparer.Ordinal)) },
        _ => new($"w{n}", $"m{n:000}"),
    };

    /// <summary>A create needs its absence, a merge and a delete its presence.</summary>
    public static bool Allows(Content? before, ChangeKind kind) => kind switch
    {
        ChangeKind.Create => before is null,
        ChangeKind.Replace => true,
        _ => before is not null,
    };

    public static Content? Of(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty) return null;
        var reader = new Utf8JsonReader(utf8);
        using var json = JsonDocument.ParseValue(ref reader);
        var marks = json.RootElement.GetProperty("metadata").EnumerateObject().Select(m => m.Name).Order(StringComparer.Ordinal);
        return new(json.RootElement.GetProperty("session_name").GetString()!, string.Join(',', marks));
    }
}

/// <summary>One possible truth: what the session says, and which writes of unknown outcome took effect in it.</summary>
internal sealed record Candidate(Content? Content, ImmutableSortedSet<int> Settled);
