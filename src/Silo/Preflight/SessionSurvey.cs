using System.IO.Hashing;
using System.Text.Json;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Silo.Legacy;

namespace GaiaOrleans.Silo.Preflight;

/// <summary>Looks at listed records one by one, and says in the end what they are like. No network, no clock.</summary>
internal sealed class SessionSurvey(DateTimeOffset now)
{
    private const int MostNames = 100;
    // Clocks disagree a little.
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);
    private static readonly HashSet<string> NoStamps = [];

    private readonly Dictionary<string, Counts> _timestamps = [];
    private readonly Dictionary<string, (Counts Spellings, Counts Foreign)> _enums = [];
    private readonly Dictionary<string, DateTimeOffset> _ahead = [];
    private readonly Dictionary<string, ulong> _seen = new(StringComparer.Ordinal);
    private readonly Counts _unknown = new();
    private readonly Counts _idMembers = new();
    private Capped<Unmapped> _refused = Capped<Unmapped>.None;
    private Capped<Unmapped> _misfits = Capped<Unmapped>.None;
    private Capped<Duplicate> _duplicates = Capped<Duplicate>.None;
    private Largest? _largest;
    private int _lookedAt;

    public void Add(LegacyListed listed)
    {
        _lookedAt++;
        if (_largest is null || listed.Raw.Length > _largest.Bytes) _largest = new(listed.Id, listed.Raw.Length);
        if (listed.Id is not { } id)
        {
            _refused = _refused.With(new(null, null, listed.Problem ?? "The record has no id."));
            return;
        }

        CountDuplicate(id, listed.Raw);
        if (!Maps(id, listed.Raw)) return;
        using var json = JsonDocument.Parse(listed.Raw);
        foreach (var (member, value) in IdMembers.Candidates(json.RootElement))
            if (value == id)
                _idMembers.Add(member);
        foreach (var member in json.RootElement.EnumerateObject()) Look(id, member);
    }

    public RecordFacts Facts() => new()
    {
        LookedAt = _lookedAt,
        Timestamps = _timestamps.ToDictionary(t => t.Key, t => t.Value.Top(MostNames)),
        Enums = _enums.ToDictionary(e => e.Key, e => new EnumFacts(e.Value.Spellings.Top(MostNames), e.Value.Foreign.Top(MostNames))),
        UnknownFields = _unknown.Top(MostNames),
        IdMembers = _idMembers.Top(MostNames),
        Refused = _refused,
        Misfits = _misfits,
        Duplicates = _duplicates,
        Largest = _largest,
        AheadOfTime = _ahead,
    };

    private void CountDuplicate(string id, byte[] raw)
    {
        var hash = XxHash64.HashToUInt64(raw);
        if (!_seen.TryAdd(id, hash)) _duplicates = _duplicates.With(new(id, _seen[id] == hash));
    }

    /// <summary>As a migration would read it.</summary>
    private bool Maps(string id, byte[] raw)
    {
        try
        {
            foreach (var misfit in LegacyRecord.Understand(id, raw, NoStamps).Misfits)
                _misfits = _misfits.With(new(id, misfit.Field.Name, $"{misfit.Field.Expectation}; this is {Start(misfit.Value)}"));
            return true;
        }
        catch (InvalidInputException e)
        {
            var (field, messages) = e.Errors.First();
            _refused = _refused.With(new(id, field, string.Join("; ", messages)));
            return false;
        }
    }

    private void Look(string id, JsonProperty member)
    {
        if (!SessionField.ByName.TryGetValue(member.Name, out var field))
        {
            if (!SessionField.RepeatsId(member.Name, member.Value, id)) _unknown.Add(member.Name);
            return;
        }

        if (member.Value.ValueKind == JsonValueKind.Null) return;
        if (field.Kind == FieldKind.Timestamp) LookAtTime(field, member.Value);
        if (field.Kind == FieldKind.Enumeration && member.Value.ValueKind == JsonValueKind.String) LookAtEnum(field, member.Value.GetString()!);
    }

    private void LookAtTime(SessionField field, JsonElement value)
    {
        var spelling = TimeSpelling.Of(value, out var time);
        if (!_timestamps.TryGetValue(field.Name, out var counts)) _timestamps[field.Name] = counts = new();
        counts.Add(spelling);
        // A window may well end later; the others are about what has happened.
        if (spelling == TimeSpelling.Naive && field.Name is SessionField.CreatedAt or SessionField.UpdatedAt or "last_heartbeat"
            && time > now + Ahead && (!_ahead.TryGetValue(field.Name, out var furthest) || time > furthest))
            _ahead[field.Name] = time;
    }

    private void LookAtEnum(SessionField field, string text)
    {
        if (!_enums.TryGetValue(field.Name, out var counts)) _enums[field.Name] = counts = (new(), new());
        if (EnumStyle.Of(field, text) is { } style) counts.Spellings.Add(style);
        else counts.Foreign.Add(Start(text));
    }

    private static string Start(string text) => text.Length <= 80 ? text : text[..80] + "…";
}
