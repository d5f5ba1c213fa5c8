using System.Collections.Concurrent;
using System.Globalization;

namespace GaiaOrleans.Chaos.History;

/// <summary>Everything that clients asked and were told, in the order of the answers; and what happened meanwhile.</summary>
internal sealed class Recorder(TimeProvider time, TextWriter progress)
{
    private const int MostLatest = 2_000;
    private readonly long _begun = time.GetTimestamp();
    private readonly ConcurrentQueue<Operation> _operations = [];
    private readonly ConcurrentQueue<(long At, string What)> _events = [];
    private readonly ConcurrentQueue<(long At, long Epoch)> _fences = [];
    private readonly ConcurrentQueue<(long At, string Line)> _log = [];
    private readonly ConcurrentQueue<Trouble> _troubles = [];
    private readonly ConcurrentQueue<(long At, string What)> _broken = [];
    private readonly ConcurrentDictionary<string, int> _changes = [];
    private long _asked, _answered, _lists;

    public IReadOnlyList<Operation> Operations => [.. _operations];

    public IReadOnlyList<(long At, string What)> Events => [.. _events];

    /// <summary>When a change of the rollout returned, and the epoch that was in force from then on.</summary>
    public IReadOnlyList<(long At, long Epoch)> Fences => [.. _fences];

    /// <summary>Warnings and errors of silos and gateways.</summary>
    public IReadOnlyList<(long At, string Line)> Log => [.. _log];

    /// <summary>What befell whom, as far as it is over.</summary>
    public IReadOnlyList<Trouble> Troubles => [.. _troubles];

    /// <summary>What no fault excuses: a defect's answer, or a process that ended by itself.</summary>
    public IReadOnlyList<(long At, string What)> Broken => [.. _broken];

    /// <summary>How many of the operator's changes were done, by what they are.</summary>
    public IReadOnlyDictionary<string, int> Changes => new SortedDictionary<string, int>(_changes, StringComparer.Ordinal);

    public Switches Switches { get; } = new();

    /// <summary>Requests that left a client, and those of them that were answered.</summary>
    public long Asked => Interlocked.Read(ref _asked);

    /// <inheritdoc cref="Asked"/>
    public long Answered => Interlocked.Read(ref _answered);

    /// <summary>Lists that were answered.</summary>
    public long Lists => Interlocked.Read(ref _lists);

    public long Now => time.GetTimestamp();

    public void Add(Operation operation) => _operations.Enqueue(operation);

    /// <summary>Also shown as it happens: a run that hangs says in what.</summary>
    public void Happened(string what)
    {
        var at = Now;
        _events.Enqueue((at, what));
        progress.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{time.GetElapsedTime(_begun, at).TotalSeconds,8:0.0} {what}"));
    }

    public void Heard(string process, string line)
    {
        if (line.Contains(" WARN ", StringComparison.Ordinal) || line.Contains("ERROR ", StringComparison.Ordinal)) _log.Enqueue((Now, $"{process}: {line}"));
    }

    /// <summary>Whether a process has written this among its latest warnings and errors.</summary>
    public bool Said(string process, string words) => _log.TakeLast(MostLatest).Any(l => l.Line.StartsWith(process, StringComparison.Ordinal) && l.Line.Contains(words, StringComparison.Ordinal));

    public void Ask() => Interlocked.Increment(ref _asked);

    /// <summary>It did not leave after all.</summary>
    public void Unask() => Interlocked.Decrement(ref _asked);

    public void Listed() => Interlocked.Increment(ref _lists);

    public void Answer() => Interlocked.Increment(ref _answered);

    public void Suffered(Trouble trouble) => _troubles.Enqueue(trouble);

    public void Broke(string what)
    {
        _broken.Enqueue((Now, what));
        Happened(what);
    }

    public void Changed(string kind) => _changes.AddOrUpdate(kind, 1, (_, n) => n + 1);

    /// <summary>The recorder's time at a moment of this machine's wall clock, to a few milliseconds.</summary>
    public long AtWallClock(double unixSeconds) => Now - Moments.Of(time.GetUtcNow() - DateTimeOffset.UnixEpoch - TimeSpan.FromSeconds(unixSeconds));

    public void Fenced(long epoch) => _fences.Enqueue((Now, epoch));
}
