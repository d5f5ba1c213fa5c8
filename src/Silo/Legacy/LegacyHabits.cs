using System.Text.Json;
using GaiaOrleans.Grains.Legacy;

namespace GaiaOrleans.Silo.Legacy;

/// <summary>How this GAIA_HOME keeps and shows its sessions: as configured, or as its own answers showed.</summary>
internal sealed class LegacyHabits(LegacyChannel channel, LegacyAddresses addresses, LegacyOptions options)
{
    private readonly bool _configured = options.IdField != LegacyOptions.Auto;
    private volatile string? _idMember = options.IdField == LegacyOptions.Auto ? null : options.IdField;
    private volatile string? _shape = options.ListShape == LegacyOptions.Auto ? null : options.ListShape;
    private volatile bool _keyedOnly;
    private volatile bool _unknowable;

    /// <summary>Null = not known yet.</summary>
    public string? IdMember => _idMember;

    /// <summary>Null = not known yet.</summary>
    public string? Shape => _shape;

    /// <summary>Records are members of a map and carry no id themselves.</summary>
    public bool KeyedOnly => _keyedOnly;

    /// <summary>
    /// Looks at a list when the id's member is not known. A session created under another member would get a made-up id: lost here,
    /// doubled there.
    /// </summary>
    /// <exception cref="LegacyTroubleException">GAIA_HOME does not answer.</exception>
    public async Task Learn(CancellationToken cancellationToken)
    {
        if (_idMember is not null || _keyedOnly || _unknowable) return;
        var reply = await channel.Read(addresses.List(Query(1)), cancellationToken);
        if (NoAnswerYet(reply) is { } code)
            throw new LegacyTroubleException(
                code, $"GET {addresses.Sessions.AbsolutePath} answered {reply.Status} {reply.Location}{reply.Text}; without a list, Legacy:IdField must say where ids are kept", sent: false);
        using var json = reply.Success ? reply.Json(deep: true) : null;
        if (json is not null && ListAnswer.Of(json.RootElement) is { } answer) await LearnFrom(answer, cancellationToken);
        // It has no list that could be read, and will have none for the next write either; but a 404 may be a proxy's that has lost its route.
        else _unknowable = reply.Status != 404;
    }

    /// <summary>For the first page of a list. Until its shape is known both ways of asking for one are in it.</summary>
    public string Query(int sessions) => _shape switch
    {
        null => $"limit={sessions}&page=1&per_page={sessions}",
        ListShape.Items => $"page=1&per_page={sessions}",
        _ => $"limit={sessions}",
    };

    /// <summary>Of an answer that is not the list's own, so that the next one may be another. Null = it is GAIA_HOME's word.</summary>
    public static string? NoAnswerYet(LegacyReply reply) => reply switch
    {
        { Passing: { } code } => code,
        { Status: >= 500 } => LegacyTrouble.ServerError,
        { Status: >= 300 and < 400 } => LegacyTrouble.Unavailable,
        _ => reply.FromResource() ? null : LegacyTrouble.NotJson,
    };

    public async Task LearnFrom(ListAnswer answer, CancellationToken cancellationToken)
    {
        _shape ??= answer.Shape;
        var sample = answer.Records.FirstOrDefault(r => r.Record.ValueKind == JsonValueKind.Object);
        if (_idMember is not null || sample.Record.ValueKind != JsonValueKind.Object) return;
        var candidates = IdMembers.Candidates(sample.Record);
        _keyedOnly = sample.Key is not null && candidates.Count == 0;
        // The keys of a map may be ids or names for people: where they and the members do not all say the same, GAIA_HOME is asked.
        var agreed = candidates.Select(c => c.Id).Append(sample.Key).OfType<string>().Distinct().Count() <= 1;
        _idMember = agreed ? First(candidates)?.Member : await Answering(candidates, cancellationToken);
    }

    public void LearnFrom(string id, JsonElement session)
    {
        if (_idMember is null && IdMembers.Candidates(session).Where(c => c.Id == id).ToList() is [var only]) _idMember = only.Member;
    }

    /// <summary>The id of a listed record; null when it has none.</summary>
    public string? IdOf(string? key, JsonElement record)
    {
        if (string.IsNullOrWhiteSpace(key)) key = null;
        if (_idMember is { } member && (IdMembers.Read(record, member) ?? key) is { } id) return id;
        if (_configured) return null;
        var candidates = IdMembers.Candidates(record);
        // The key of a map is an id that works; a name next to it may be for people.
        if (key is not null && candidates.All(c => c.Id == key || c.Member is "session_name" or "name")) return key;
        return First(candidates)?.Id;
    }

    /// <summary>The session <paramref name="id"/> in an answer, bare or under <c>session</c>; null when the answer is something else.</summary>
    public JsonElement? SessionIn(JsonElement root, string id)
    {
        if (root.ValueKind != JsonValueKind.Object) return null;
        if (root.TryGetProperty("session", out var inner) && inner.ValueKind == JsonValueKind.Object && Is(inner, id)) return inner;
        return Is(root, id) ? root : null;
    }

    private bool Is(JsonElement record, string id)
    {
        if (_idMember is { } member && IdMembers.Read(record, member) is { } under) return under == id;
        var candidates = IdMembers.Candidates(record);
        return candidates.Any(c => c.Id == id) || (_keyedOnly && candidates.Count == 0);
    }

    private static (string Member, string Id)? First(IReadOnlyList<(string Member, string Id)> candidates) => candidates.Count == 0 ? null : candidates[0];

    /// <summary>Several members hold different values: the id is the one under which GAIA_HOME finds the record.</summary>
    private async Task<string?> Answering(IReadOnlyList<(string Member, string Id)> candidates, CancellationToken cancellationToken)
    {
        foreach (var (member, id) in candidates)
        {
            var reply = await channel.Read(addresses.Session(id), cancellationToken);
            if (reply.Status != 200) continue;
            using var json = reply.Json();
            if (json?.RootElement is not { ValueKind: JsonValueKind.Object } root) continue;
            var session = root.TryGetProperty("session", out var inner) && inner.ValueKind == JsonValueKind.Object ? inner : root;
            if (candidates.All(c => IdMembers.Read(session, c.Member) == c.Id)) return member;
        }

        return null;
    }
}
