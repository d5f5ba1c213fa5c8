using GaiaOrleans.Contracts.Sessions;

namespace GaiaOrleans.Gateway.Sessions;

/// <summary>Sessions that live in this very process: a gateway within a silo reads them without a message.</summary>
public sealed class LocalSessions
{
    /// <summary>What the session by this id would answer to a reader under this epoch, or null where it has to be asked. Default: no session lives here.</summary>
    public Func<string, long, SessionSnapshot?> Reader { get; set; } = static (_, _) => null;
}
