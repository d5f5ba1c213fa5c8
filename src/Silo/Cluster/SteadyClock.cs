namespace GaiaOrleans.Silo.Cluster;

/// <summary>
/// The time that everything in a silo goes by that is given one: the machine's, but where that is set back it goes on, at nine tenths of the pace until the machine's has caught
/// up. Orleans plans by it when idle activations are collected, and would activate nothing that is due before the collection it waits for. Never behind
/// what it has shown, to a hundredth of a second.
/// </summary>
internal sealed class SteadyClock(TimeProvider machine) : TimeProvider
{
    private const double Slowed = 0.9;
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(100);
    private Shown _last = new(machine.GetUtcNow(), machine.GetTimestamp());

    private sealed record Shown(DateTimeOffset Time, long At);

    /// <summary>Of the machine's, since that was set back.</summary>
    public TimeSpan Ahead => GetUtcNow() - machine.GetUtcNow();

    public override long TimestampFrequency => machine.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => machine.LocalTimeZone;

    public override DateTimeOffset GetUtcNow()
    {
        var last = Volatile.Read(ref _last);
        var (now, at) = (machine.GetUtcNow(), machine.GetTimestamp());
        var passed = machine.GetElapsedTime(last.At, at);
        var least = last.Time + passed * Slowed;
        if (now < least) now = least;
        // Whoever comes first: what others have seen meanwhile is hardly different.
        if (passed > Fresh) Interlocked.CompareExchange(ref _last, new(now, at), last);
        return now;
    }

    public override long GetTimestamp() => machine.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => machine.CreateTimer(callback, state, dueTime, period);
}
