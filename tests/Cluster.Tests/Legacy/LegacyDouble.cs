using System.Collections.Concurrent;
using System.Text;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Cluster.Tests.Legacy;

/// <summary>A legacy side whose answers a test chooses per session, and whose calls it can count, order and hold.</summary>
public sealed class LegacyDouble : ILegacySessions
{
    private readonly ConcurrentDictionary<string, Queue<Script>> _scripts = [];
    private readonly ConcurrentDictionary<string, ConcurrentQueue<string?>> _sent = [];
    private readonly ConcurrentDictionary<string, Hold> _holds = [];

    private readonly ConcurrentDictionary<string, int> _reads = [];

    private int _lists;
    private int _reading;
    private int _mostReading;
    private string? _skipped;
    private LegacyListed? _again;

    private sealed record Script(LegacyAnswer? Answer, bool Applied, Exception? Defect = null);

    public InMemoryLegacySessions Side { get; } = new();

    public bool OthersWrite
    {
        get => Side.OthersWrite;
        set => Side.OthersWrite = value;
    }

    public IReadOnlySet<string> Stamped => Side.Stamped;

    public string Circuit { get; set; } = "closed";

    public bool Refuses => false;

    /// <summary>Where ids are kept.</summary>
    public string IdField { get; set; } = SessionField.Id;

    public string? KnownIdMember => IdField;

    public Task<string> IdMember(CancellationToken cancellationToken) =>
        Down ? Task.FromException<string>(new LegacyUnavailableException("legacy is down")) : Task.FromResult(IdField);

    /// <summary>What a read of the id shows, made of what it would have shown.</summary>
    public Func<string, LegacyRead, LegacyRead>? Showing { get; set; }

    /// <summary>Nothing is answered: reads fail, writes definitely do not arrive.</summary>
    public bool Down
    {
        get => Side.Down;
        set => Side.Down = value;
    }

    /// <summary>It is not legacy that answers reads: of whatever they ask for, there is none.</summary>
    public bool RouteLost { get; set; }

    /// <summary>How often the id was read.</summary>
    public int Reads(string id) => _reads.GetValueOrDefault(id);

    /// <summary>How many reads there have been at once, at most.</summary>
    public int MostReading => Volatile.Read(ref _mostReading);

    /// <summary>Every read stays unanswered until the hold is released.</summary>
    public Hold HoldEveryRead() => _holds["get"] = new();

    /// <summary>Every document sent for the id, in order; null = a delete. Also those that failed.</summary>
    public IReadOnlyList<string?> Sent(string id) => [.. _sent.GetValueOrDefault(id) ?? []];

    /// <summary>The next sends for the id are answered so, <paramref name="times"/> times.</summary>
    /// <param name="applied">The change is carried out all the same.</param>
    public void Answer(string id, LegacyAnswer answer, bool applied = false, int times = 1)
    {
        for (var i = 0; i < times; i++) Add(id, new(answer, applied));
    }

    /// <summary>The next send for the id ends with what no adapter should throw.</summary>
    public void Fail(string id, Exception defect) => Add(id, new(null, false, defect));

    /// <summary>Sends for the id arrive and stay unanswered until the hold is released.</summary>
    public Hold HoldSends(string id) => _holds[id] = new();

    /// <summary>Reads of the id stay unanswered until the hold is released.</summary>
    public Hold HoldReads(string id) => _holds["get " + id] = new();

    /// <summary>Reads of the id are done, and what they show is on its way until the hold is released.</summary>
    public Hold HoldShown(string id) => _holds["shown " + id] = new();

    /// <summary>Pages of the list are read and stay unanswered until the hold is released.</summary>
    public Hold HoldLists() => _holds["list"] = new();

    /// <summary>How many sessions its pages say there are; null = they do not.</summary>
    public long? Total { get; set; }

    /// <summary>Its pages are counted off.</summary>
    public bool Shifts { get; set; }

    /// <summary>The next page that would show this session does not.</summary>
    public void Skip(string id) => _skipped = id;

    /// <summary>What happens before a page is read, by the cursor that is asked for.</summary>
    public Action<string?>? Listing { get; set; }

    /// <summary>The page after the one that shows this session shows it once more.</summary>
    public string? Twice { get; set; }

    /// <summary>The list is empty, whatever there is.</summary>
    public bool ListsNothing { get; set; }

    /// <summary>How many pages were asked for.</summary>
    public int Lists => Volatile.Read(ref _lists);

    public void Heal()
    {
        Down = RouteLost = false;
        Showing = null;
        Circuit = "closed";
        IdField = SessionField.Id;
        _scripts.Clear();
        foreach (var hold in _holds.Values) hold.Release();
        _holds.Clear();
    }

    public async Task<LegacyRead> Get(string id, bool exists, CancellationToken cancellationToken)
    {
        InterlockedMost(Interlocked.Increment(ref _reading));
        if (_holds.TryGetValue("get", out var every)) await every.Pass();
        Interlocked.Decrement(ref _reading);
        if (_holds.TryGetValue("get " + id, out var hold)) await hold.Pass();
        _reads.AddOrUpdate(id, 1, (_, n) => n + 1);
        if (RouteLost) return exists ? throw new LegacyUnavailableException("its list is not found either") : LegacyRead.Absent;
        var read = await Side.Get(id, exists, cancellationToken);
        if (_holds.TryGetValue("shown " + id, out var late)) await late.Pass();
        return Showing?.Invoke(id, read) ?? read;
    }

    public Task<LegacyAnswer> Put(string id, SessionDocument document, bool exists, CancellationToken cancellationToken) =>
        Send(id, Encoding.UTF8.GetString(document.Utf8), () => Side.Put(id, document, exists, cancellationToken));

    public Task<LegacyAnswer> Delete(string id, CancellationToken cancellationToken) => Send(id, null, () => Side.Delete(id, cancellationToken));

    public async Task<LegacyPage> List(string? cursor, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _lists);
        Listing?.Invoke(cursor);
        var page = await Side.List(cursor, cancellationToken) with { Total = Total, Shifts = Shifts };
        if (_skipped is { } id && page.Sessions.Any(s => s.Id == id))
        {
            page = page with { Sessions = [.. page.Sessions.Where(s => s.Id != id)] };
            _skipped = null;
        }

        if (cursor is not null && _again is { } again)
        {
            page = page with { Sessions = [again, .. page.Sessions] };
            _again = null;
        }
        else
        {
            _again = page.Sessions.FirstOrDefault(s => s.Id is not null && s.Id == Twice);
        }

        if (_holds.TryGetValue("list", out var hold)) await hold.Pass().WaitAsync(cancellationToken);
        return ListsNothing ? new([], null) : page;
    }

    public LegacyRead Understand(string id, byte[] raw) => Side.Understand(id, raw);

    public Task<bool> Ping(CancellationToken cancellationToken) => Side.Ping(cancellationToken);

    private void InterlockedMost(int reading)
    {
        for (var most = MostReading; reading > most && Interlocked.CompareExchange(ref _mostReading, reading, most) != most; most = MostReading) { }
    }

    private async Task<LegacyAnswer> Send(string id, string? document, Func<Task<LegacyAnswer>> carryOut)
    {
        _sent.GetOrAdd(id, _ => new()).Enqueue(document);
        if (_holds.TryGetValue(id, out var hold)) await hold.Pass();
        if (Next(id) is not { } script) return await carryOut();
        if (script.Applied) await carryOut();
        return script.Answer ?? throw script.Defect!;
    }

    private void Add(string id, Script script)
    {
        var scripts = _scripts.GetOrAdd(id, _ => new());
        lock (scripts) scripts.Enqueue(script);
    }

    private Script? Next(string id)
    {
        if (!_scripts.TryGetValue(id, out var scripts)) return null;
        lock (scripts) return scripts.TryDequeue(out var script) ? script : null;
    }
}

/// <summary>A call that has arrived and waits for its test.</summary>
public sealed class Hold
{
    private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Arrived => _arrived.Task;

    public void Release() => _released.TrySetResult();

    internal Task Pass()
    {
        _arrived.TrySetResult();
        return _released.Task;
    }
}
