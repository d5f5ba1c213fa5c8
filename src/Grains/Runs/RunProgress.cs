using GaiaOrleans.Contracts.Runs;

namespace GaiaOrleans.Grains.Runs;

/// <summary>How far a run is.</summary>
public static class RunProgress
{
    /// <param name="known">How many sessions the cluster has: what a verification goes through where legacy does not tell.</param>
    /// <returns>0 to 1; null while it runs over a list whose length nobody knows, or over one without an end.</returns>
    public static double? Ratio(RunStatus run, long known) => run switch
    {
        { Kind: IRunGrain.Reconcile } => null,
        { State: RunState.Completed } => 1,
        { State: RunState.Waiting } => 0,
        { Total: { } total } => Share(run.Done, total),
        { Kind: IRunGrain.Verify } => Share(run.Done, known),
        _ => null,
    };

    // A list that grows meanwhile is not more than done.
    private static double Share(long done, long of) => of == 0 ? 0 : Math.Min(1, (double)done / of);
}
