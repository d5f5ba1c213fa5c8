using GaiaOrleans.Contracts.Charges;
using GaiaOrleans.Grains.Telemetry;
using Orleans.Concurrency;

namespace GaiaOrleans.Grains.Charges;

/// <summary>Any silo will do: the windows are summed over all of them.</summary>
[StatelessWorker, GrainType("gaia.charges.taker")]
public sealed class ChargeGrain(MigrationTally tally) : Grain, IChargeGrain
{
    public Task Add(ChargedRequests requests, CancellationToken cancellationToken)
    {
        tally.Charge(requests);
        return Task.CompletedTask;
    }
}
