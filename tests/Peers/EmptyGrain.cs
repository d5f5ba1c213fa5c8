namespace GaiaOrleans.Peers;

/// <summary>Is there, and that is all.</summary>
[Alias("peers.empty")]
internal interface IEmptyGrain : IGrainWithStringKey
{
    [Alias("touch")]
    Task Touch();
}

internal sealed class EmptyGrain : Grain, IEmptyGrain
{
    public Task Touch() => Task.CompletedTask;
}
