namespace GaiaOrleans.Grains.Archives;

/// <summary>Something that is proof of how the migration went.</summary>
/// <param name="Data">A JSON object on one line.</param>
public sealed record EvidenceEntry(string Kind, string Data);

/// <summary>What is stored about the migration, as one moment shows it, oldest first within each kind. Read one by one: it may be large.</summary>
public interface IEvidenceSource
{
    IAsyncEnumerable<EvidenceEntry> Read(CancellationToken cancellationToken);
}
