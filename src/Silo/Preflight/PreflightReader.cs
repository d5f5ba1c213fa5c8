using GaiaOrleans.Silo.Legacy;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Silo.Preflight;

/// <summary>Looks at GAIA_HOME without changing anything there. Whatever GAIA_HOME does, the answer is facts.</summary>
internal sealed class PreflightReader(IOptions<LegacyOptions> legacy, IOptions<PreflightOptions> options, TimeProvider time, ILogger<LegacyPipelines> logger)
{
    public async Task<PreflightFacts> Read(int? sample, CancellationToken cancellationToken)
    {
        var limit = options.Value.TimeLimit;
        using var home = new ReadOnlyHome(legacy.Value, sample ?? options.Value.Sample, limit, time, logger);
        using var timeLimit = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeLimit.Token);
        var probe = new PreflightProbe(home, sample ?? options.Value.Sample, options.Value, time);
        var facts = await probe.Run(either.Token);
        cancellationToken.ThrowIfCancellationRequested();
        return facts with { OutOfTime = timeLimit.IsCancellationRequested };
    }
}
