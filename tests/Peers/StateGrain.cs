namespace GaiaOrleans.Peers;

/// <summary>Keeps the document that it is given.</summary>
[Alias("peers.state")]
internal interface IStateGrain : IGrainWithStringKey
{
    /// <summary>Returns when it is durable.</summary>
    [Alias("write")]
    Task Write(string document);
}

/// <summary>As Orleans' documentation has it.</summary>
internal sealed class StateGrain([PersistentState("document", StateSilo.Storage)] IPersistentState<StoredDocument> state) : Grain, IStateGrain
{
    public Task Write(string document)
    {
        state.State.Document = document;
        return state.WriteStateAsync();
    }
}

/// <summary>What it keeps.</summary>
[GenerateSerializer, Alias("peers.document")]
internal sealed class StoredDocument
{
    [Id(0)]
    public string Document { get; set; } = "";
}
