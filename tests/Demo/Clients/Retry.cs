namespace GaiaOrleans.Demo.Clients;

internal static class Retry
{
    /// <summary>How long one operation is tried before its outcome counts as unknown.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    public static Task Soon(TimeProvider time) => Task.Delay(Shortest, time);

    /// <summary>As long as the service asked for, within reason.</summary>
    public static Task Pause(Answer answer, TimeProvider time)
    {
        var asked = answer.RetryAfter ?? Shortest;
        return Task.Delay(asked < Shortest ? Shortest : asked > Longest ? Longest : asked, time);
    }
}
