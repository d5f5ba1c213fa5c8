using System.Net;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Gateway.Access;

/// <summary>
/// Refused credentials by address, over a minute. It slows down whoever guesses and keeps the log readable; a valid key is never held up by
/// what others behind the same address do.
/// </summary>
public sealed class Refusals : IDisposable
{
    private const string Mark = "gaia.refusals.exhausted";
    private readonly PartitionedRateLimiter<IPAddress> _limiter;

    public Refusals(IOptions<AccessOptions> options) => _limiter = PartitionedRateLimiter.Create<IPAddress, IPAddress>(address =>
        RateLimitPartition.GetFixedWindowLimiter(address, _ => new() { PermitLimit = options.Value.RefusalsPerMinute, Window = TimeSpan.FromMinutes(1) }));

    /// <returns>False: this address has had its share.</returns>
    public bool Count(HttpContext context)
    {
        using var lease = _limiter.AttemptAcquire(context.Connection.RemoteIpAddress ?? IPAddress.None);
        if (!lease.IsAcquired) context.Items[Mark] = true;
        return lease.IsAcquired;
    }

    public bool Exhausted(HttpContext context) => context.Items.ContainsKey(Mark);

    public void Dispose() => _limiter.Dispose();
}
