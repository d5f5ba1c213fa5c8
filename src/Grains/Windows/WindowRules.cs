namespace GaiaOrleans.Grains.Windows;

/// <summary>Minutes as the windows count them.</summary>
public static class WindowRules
{
    public static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>How long after its end a minute may still be closed by those who reported it; only then is it missing.</summary>
    private static readonly TimeSpan Due = TimeSpan.FromSeconds(30);

    public static DateTimeOffset MinuteOf(DateTimeOffset at) => Down(at, Minute);

    /// <summary>The whole minutes between, as far as they are to be closed by now.</summary>
    public static (DateTimeOffset From, DateTimeOffset To) DueBetween(DateTimeOffset since, DateTimeOffset until)
    {
        var from = MinuteOf(since + Minute - TimeSpan.FromTicks(1));
        var to = MinuteOf(until - Due);
        return from < to ? (from, to) : (from, from);
    }

    /// <summary>The whole hours between; where there is none, an empty span at the end.</summary>
    public static (DateTimeOffset From, DateTimeOffset To) HoursBetween(DateTimeOffset since, DateTimeOffset until)
    {
        var (from, to) = (Down(since + Hour - TimeSpan.FromTicks(1), Hour), Down(until, Hour));
        return from < to ? (from, to) : (until, until);
    }

    private static DateTimeOffset Down(DateTimeOffset at, TimeSpan unit) => at.AddTicks(-(at.UtcTicks % unit.Ticks));
}
