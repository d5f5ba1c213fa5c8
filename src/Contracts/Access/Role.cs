namespace GaiaOrleans.Contracts.Access;

/// <summary>What a credential may do; each has the rights of those before it.</summary>
public enum Role
{
    /// <summary>Sessions.</summary>
    Client,

    /// <summary>Everything that is to be seen of the migration.</summary>
    Viewer,

    /// <summary>What can be taken back: runs, conflicts, pins, splits within the phase, every decrease, pauses.</summary>
    Operator,

    /// <summary>The rest: dual-write, phases, force, gateways, webhooks, evidence, break-glass, the end.</summary>
    Admin,
}
