namespace GaiaOrleans.Grains.Runs;

/// <summary>How long a run rests after its pages: for the rate that it is held to, and for others' sake. What was not done for others' sake is not caught up afterwards.</summary>
/// <param name="Yielded">For others' sake alone, since its rate counts.</param>
public sealed record RunRest(TimeSpan Yielded)
{
    public static readonly RunRest None = new(TimeSpan.Zero);

    /// <summary>After the page, before the next.</summary>
    public TimeSpan Length { get; private init; }

    /// <param name="looked">Sessions since its rate counts.</param>
    /// <param name="limit">A second; null = as many as it can.</param>
    /// <param name="elapsed">Since its rate counts.</param>
    /// <param name="yields">What others need after this page.</param>
    public RunRest After(long looked, int? limit, TimeSpan elapsed, TimeSpan yields)
    {
        var limited = limit is { } rate ? TimeSpan.FromSeconds((double)looked / rate) - (elapsed - Yielded) : TimeSpan.Zero;
        if (limited < TimeSpan.Zero) limited = TimeSpan.Zero;
        return yields > limited ? new(Yielded + yields - limited) { Length = yields } : this with { Length = limited };
    }
}
