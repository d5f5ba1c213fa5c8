namespace GaiaOrleans.Contracts.Conflicts;

/// <summary>Which value stands when both sides changed the same session. Cluster-wide for conflicts as they are found; per conflict for operators.</summary>
[GenerateSerializer, Alias("gaia.conflict.strategy")]
public enum ConflictStrategy
{
    /// <summary>The target's value; legacy is sent it again. Default.</summary>
    GoLeads,

    /// <summary>Legacy's value; the target takes it over, also that the session is gone.</summary>
    PythonLeads,

    /// <summary>The side with the newer <c>updated_at</c>; the target's when neither has one, or both the same.</summary>
    Latest,

    /// <summary>Neither yet: both are kept, nothing is sent, and the target serves the session until an operator has decided field by field.</summary>
    Manual,
}
