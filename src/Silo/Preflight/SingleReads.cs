using System.Runtime.InteropServices;
using System.Text.Json;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Silo.Legacy;

namespace GaiaOrleans.Silo.Preflight;

/// <summary>Reads listed sessions alone, all of them once and then all of them once more: time passes between the two looks at one.</summary>
internal sealed class SingleReads(ReadOnlyHome home, TimeProvider time)
{
    private const int OddOnes = 4;
    private readonly ReadTally _tally = new();
    private readonly List<double> _latencies = [];
    private int _notFound;
    private int _failed;
    private Trouble? _trouble;
    private bool _etag;
    private bool _lastModified;

    public Latency? Latency => Preflight.Latency.Of(_latencies);

    /// <summary>Spread over the list, with some of the ids that a path might spoil.</summary>
    public static IReadOnlyList<LegacyListed> Choose(IReadOnlyList<LegacyListed> listed, int most)
    {
        var usable = listed.Where(l => l.Id is not null && Storable(l.Raw)).DistinctBy(l => l.Id).ToList();
        var odd = usable.Where(l => l.Id!.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'))).Take(Math.Min(OddOnes, most)).ToList();
        var rest = usable.Except(odd).ToList();
        var room = Math.Min(most - odd.Count, rest.Count);
        return [.. odd, .. Enumerable.Range(0, room).Select(i => rest[(int)((long)i * rest.Count / room)])];
    }

    /// <returns>What was seen until the end, or until <paramref name="cancellationToken"/> ended it.</returns>
    public async Task<ReadFacts> Read(IReadOnlyList<LegacyListed> chosen, CancellationToken cancellationToken)
    {
        var found = new List<(string Id, byte[] Alone)>();
        var asked = 0;
        foreach (var listed in chosen)
        {
            if (cancellationToken.IsCancellationRequested) break;
            asked++;
            if (await Read(listed.Id!, cancellationToken) is not { } alone) continue;
            _tally.First(listed.Raw, alone);
            found.Add((listed.Id!, alone));
        }

        foreach (var (id, alone) in found)
        {
            if (cancellationToken.IsCancellationRequested) break;
            if (await Read(id, cancellationToken) is { } again) _tally.Second(alone, again);
        }

        return _tally.Facts() with
        {
            Asked = asked,
            Found = found.Count,
            NotFound = _notFound,
            Failed = _failed,
            Trouble = _trouble,
            Etag = _etag,
            LastModified = _lastModified,
        };
    }

    private async Task<byte[]?> Read(string id, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        try
        {
            var reply = await home.Channel.Look(HttpMethod.Get, home.Addresses.Session(id), cancellationToken);
            _latencies.Add(time.GetElapsedTime(started).TotalMilliseconds);
            return Session(id, reply);
        }
        catch (LegacyTroubleException e)
        {
            // Not its fault where we ran out of time ourselves.
            if (!cancellationToken.IsCancellationRequested) Fail(id, e.Code, e.Message);
            return null;
        }
    }

    private byte[]? Session(string id, LegacyReply reply)
    {
        if (reply.Status == 404 && reply.FromResource())
        {
            _notFound++;
            return null;
        }

        using var json = reply.Status == 200 ? reply.Json() : null;
        if (json is null)
            return Fail(id, reply.Passing ?? (reply.Body is null ? LegacyTrouble.TooLarge : LegacyTrouble.NotJson), $"answered {reply.Status} {reply.MediaType}: {reply.Text}");
        if (home.Habits.SessionIn(json.RootElement, id) is not { } session)
            return Fail(id, LegacyTrouble.NotJson, $"answered something else than this session: {reply.Text}");
        if (JsonText.Find(session) is var (path, flaw)) return Fail(id, LegacyTrouble.NotJson, $"has {flaw} in {path}");
        _etag |= reply.ETag is not null;
        _lastModified |= reply.LastModified is not null;
        return JsonMarshal.GetRawUtf8Value(session).ToArray();
    }

    private byte[]? Fail(string id, string code, string reason)
    {
        _failed++;
        _trouble ??= new(code, $"session '{id}': {reason}");
        return null;
    }

    private static bool Storable(byte[] raw)
    {
        try
        {
            using var json = JsonDocument.Parse(raw);
            return json.RootElement.ValueKind == JsonValueKind.Object && JsonText.Find(json.RootElement) is null;
        }
        // Nested more deeply than a session may be.
        catch (JsonException)
        {
            return false;
        }
    }
}
