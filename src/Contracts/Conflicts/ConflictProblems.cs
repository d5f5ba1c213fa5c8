using GaiaOrleans.Contracts.Problems;

namespace GaiaOrleans.Contracts.Conflicts;

/// <summary>No conflict has this id.</summary>
[GenerateSerializer, Alias("gaia.problem.unknown_conflict")]
public sealed class UnknownConflictException(long id) : GaiaException($"There is no conflict {id}.")
{
    public override string Code => "unknown_conflict";
    public override int Status => 404;
    [Id(0)] public long Id { get; } = id;
}

/// <summary>The conflict was decided before, by somebody else or by a later change. Nothing changed.</summary>
[GenerateSerializer, Alias("gaia.problem.already_resolved")]
public sealed class AlreadyResolvedException(string sessionId) : GaiaException($"Session '{sessionId}' has no such open conflict; it is resolved already.")
{
    public override string Code => "already_resolved";
    public override int Status => 409;
    [Id(0)] public string SessionId { get; } = sessionId;
}
