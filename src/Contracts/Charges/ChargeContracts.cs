namespace GaiaOrleans.Contracts.Charges;

/// <summary>Session requests by the side that they were charged to, and how many of them were answered 5xx.</summary>
[GenerateSerializer, Immutable, Alias("gaia.charges")]
public sealed record ChargedRequests(
    [property: Id(0)] long Go, [property: Id(1)] long GoErrors, [property: Id(2)] long Python, [property: Id(3)] long PythonErrors)
{
    public static readonly ChargedRequests None = new(0, 0, 0, 0);

    public static ChargedRequests operator +(ChargedRequests a, ChargedRequests b) => new(a.Go + b.Go, a.GoErrors + b.GoErrors, a.Python + b.Python, a.PythonErrors + b.PythonErrors);
}

/// <summary>Takes what a standalone gateway counted into the windows of the silo that answers.</summary>
[Alias("gaia.charges.taker")]
public interface IChargeGrain : IGrainWithIntegerKey
{
    [Alias("add")]
    Task Add(ChargedRequests requests, CancellationToken cancellationToken = default);
}
