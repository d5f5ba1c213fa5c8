using GaiaOrleans.Contracts.Sessions;

namespace GaiaOrleans.Grains.Sessions;

/// <summary>
/// A request without an idempotency key that is made for the second time, or was held up on its way, goes by its own id as one: what a partition holds back is as old as that, and
/// comes after more changes than a session remembers. Such requests are few, so each costs a key, and no other does.
/// </summary>
public static class RequestKey
{
    // No header can carry it: it is no client's.
    private const char Mark = '\u001f';

    // Longer than a message is on its way where nothing holds it up, and shorter than a gateway waits before it asks again.
    private static readonly TimeSpan OnItsWay = TimeSpan.FromSeconds(1);

    public static WriteContext Keyed(WriteContext context, DateTimeOffset? storeNow) =>
        context.IdempotencyKey is null && context.RequestId != Guid.Empty && (context.Attempt > 1 || Age(context, storeNow) > OnItsWay)
            ? context with { IdempotencyKey = $"{Mark}{context.RequestId:N}" }
            : context;

    public static bool IsOwn(string? key) => key is [Mark, ..];

    /// <summary>Since the attempt left, by the store's clock, and not more than that: both ends' idea of it errs on that side.</summary>
    public static TimeSpan Age(WriteContext context, DateTimeOffset? storeNow) => storeNow > context.SentAt ? storeNow.Value - context.SentAt.Value : TimeSpan.Zero;
}
