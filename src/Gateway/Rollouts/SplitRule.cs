using System.Buffers;
using System.IO.Hashing;
using System.Text;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;

namespace GaiaOrleans.Gateway.Rollouts;

/// <summary>
/// Where a session is served: sticky, exact, and monotone. Raising the percentage moves sessions only towards the target; lowering it
/// takes back only the last ones.
/// </summary>
public static class SplitRule
{
    public const int Buckets = 10_000;

    public static int BucketOf(string sessionId, long salt)
    {
        var most = Encoding.UTF8.GetMaxByteCount(sessionId.Length);
        byte[]? rented = null;
        var bytes = most <= 1024 ? stackalloc byte[1024] : rented = ArrayPool<byte>.Shared.Rent(most);
        var length = Encoding.UTF8.GetBytes(sessionId, bytes);
        var bucket = (int)(XxHash64.HashToUInt64(bytes[..length], salt) % Buckets);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        return bucket;
    }

    /// <summary>A pin's side, else the bucket's.</summary>
    public static Side SideOf(string sessionId, RolloutState rollout) =>
        rollout.Pins.Of(sessionId)?.Side ?? SplitOf(sessionId, rollout);

    private static Side SplitOf(string sessionId, RolloutState rollout) =>
        BucketOf(sessionId, rollout.Salt) < rollout.GoPercentage * (Buckets / 100) ? Side.Go : Side.Python;
}
