namespace GaiaOrleans.Contracts.Sessions;

/// <summary>
/// Writes the first rows of sessions that the cluster does not know, many in one transaction and without an activation for each. Keyed by the
/// first of the sessions; an activation lives for one call.
/// </summary>
[Alias("gaia.import")]
public interface IImportGrain : IGrainWithStringKey
{
    /// <summary>
    /// Makes legacy's documents first rows. A session that has a row already, or a document that cannot be stored, is left to the session itself.
    /// </summary>
    /// <remarks>What is given must not be changed afterwards: it is not copied.</remarks>
    /// <param name="ids">No id twice.</param>
    /// <param name="documents">What a list of legacy showed under each id, UTF-8 JSON.</param>
    /// <param name="generation">The dual-write generation before the list was read. In a later one nothing is added: a document may be older than a forwarded write.</param>
    /// <returns>For each session whether its row was added by this call.</returns>
    /// <exception cref="Problems.StorageUnavailableException">The database did not answer: all of them may have been added, or none.</exception>
    [Alias("add")]
    Task<bool[]> Add([Immutable] string[] ids, [Immutable] byte[][] documents, long generation, CancellationToken cancellationToken = default);
}
