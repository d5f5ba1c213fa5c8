using GaiaOrleans.Contracts.Sessions;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Gateway.Shadow;

internal enum Sampled
{
    No,
    Yes,

    /// <summary>It would have been taken, had there been less to do.</summary>
    Dropped,
}

/// <summary>Which reads are repeated. By chance and not by id: in time every session is looked at.</summary>
internal sealed class ShadowSampler(GatewayOptions options, Func<double> chance)
{
    // Enough to notice a difference that is everywhere, too little to add to the trouble.
    private const double WhenBehind = 0.1;

    private readonly double _go = options.ShadowRates.Go ?? options.ShadowRate;
    private readonly double _python = options.ShadowRates.Python ?? options.ShadowRate;

    public ShadowSampler(IOptions<GatewayOptions> options)
        : this(options.Value, Random.Shared.NextDouble)
    {
    }

    public bool Any => _go > 0 || _python > 0;

    public Sampled Take(Side servedBy, bool behind)
    {
        var rate = servedBy == Side.Go ? _go : _python;
        var drawn = chance();
        return drawn >= rate ? Sampled.No : behind && drawn >= rate * WhenBehind ? Sampled.Dropped : Sampled.Yes;
    }
}
