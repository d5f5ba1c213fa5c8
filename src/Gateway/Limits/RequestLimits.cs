using System.Net;
using System.Threading.RateLimiting;
using GaiaOrleans.Contracts.Access;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Gateway.Access;
using GaiaOrleans.Gateway.Problems;
using Microsoft.AspNetCore.Http.Features.Authentication;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Gateway.Limits;

/// <summary>Says no to a request before anything of it is done. What it counts it counts in memory, for this process alone.</summary>
public sealed class RequestLimits : IDisposable
{
    private readonly LimitOptions _limits;
    private readonly ConcurrencyLimiter _places;
    private readonly PartitionedRateLimiter<HttpContext>? _rates;

    public RequestLimits(IOptions<LimitOptions> options)
    {
        _limits = options.Value;
        _places = new(new() { PermitLimit = _limits.Concurrent, QueueLimit = 0 });
        if (_limits.RequestsPerSecond > 0) _rates = PartitionedRateLimiter.Create<HttpContext, object>(context => RateLimitPartition.GetTokenBucketLimiter(CallerOf(context), Bucket));
    }

    public async Task Pass(HttpContext context, RequestDelegate next)
    {
        if (TooBig(context.Request) is { } problem)
        {
            await ProblemHandler.Write(context, problem);
            return;
        }

        if (context.Request.Path.StartsWithSegments("/health"))
        {
            await next(context);
            return;
        }

        using var place = _places.AttemptAcquire();
        // Who steers the migration gets in where clients hold every place: taking traffic back may be what ends that.
        if (!place.IsAcquired && !(AccessDecision.Required(context) >= Role.Operator))
        {
            await ProblemHandler.Write(context, new OverloadedException($"{_limits.Concurrent} requests are under way here, which is the most (Limits:Concurrent). Nothing was done; ask again."));
            return;
        }

        using var permit = _rates?.AttemptAcquire(context);
        if (permit is { IsAcquired: false })
            await ProblemHandler.Write(context, new OverloadedException($"This caller has had {_limits.RequestsPerSecond} requests within a second, which is the most (Limits:RequestsPerSecond). Nothing was done; ask again."));
        else
            await next(context);
    }

    public void Dispose()
    {
        _places.Dispose();
        _rates?.Dispose();
    }

    private GaiaException? TooBig(HttpRequest request)
    {
        if (request.Path.Value!.Length + request.QueryString.Value!.Length > _limits.TargetBytes) return new TargetTooLongException(_limits.TargetBytes);
        if (request.Headers.Count > _limits.Headers) return new HeadersTooLargeException($"The request has {request.Headers.Count} headers; {_limits.Headers} are the most (Limits:Headers).");
        var bytes = 0;
        foreach (var (name, values) in request.Headers)
            foreach (var value in values)
                bytes += name.Length + (value?.Length ?? 0);
        return bytes > _limits.HeaderBytes ? new HeadersTooLargeException($"The headers have {bytes} bytes; {_limits.HeaderBytes} are the most (Limits:HeaderBytes).") : null;
    }

    private TokenBucketRateLimiterOptions Bucket(object caller) =>
        new() { TokenLimit = _limits.RequestsPerSecond, TokensPerPeriod = _limits.RequestsPerSecond, ReplenishmentPeriod = TimeSpan.FromSeconds(1), QueueLimit = 0 };

    // Not HttpContext.User, which makes up a nobody for each request where nobody is asked who they are.
    private static object CallerOf(HttpContext context) => context.Features.Get<IHttpAuthenticationFeature>()?.User?.Identity?.Name ?? (object)(context.Connection.RemoteIpAddress ?? IPAddress.None);
}
