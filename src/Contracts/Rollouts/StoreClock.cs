namespace GaiaOrleans.Contracts.Rollouts;

/// <summary>The store's clock as it was read once. What has passed since is counted on a monotonic one, so nobody's wall clock matters.</summary>
/// <param name="At">What it showed.</param>
/// <param name="Timestamp">The moment here that is taken for that one: before it was read, and it is never behind; after, and it is never ahead.</param>
public sealed record StoreClock(DateTimeOffset At, long Timestamp)
{
    public DateTimeOffset Now(TimeProvider time) => At + time.GetElapsedTime(Timestamp);
}
