using GaiaOrleans.Contracts.Problems;

namespace GaiaOrleans.Contracts.Access;

/// <summary>No credential, or none that is known and in force.</summary>
[GenerateSerializer, Alias("gaia.problem.unauthorized")]
public sealed class UnauthorizedException(string message) : GaiaException(message)
{
    public override string Code => "unauthorized";
    public override int Status => 401;
}

/// <summary>A credential that may not do this.</summary>
[GenerateSerializer, Alias("gaia.problem.forbidden")]
public sealed class ForbiddenException(string what, Role required) : GaiaException($"{what} needs the role {required.ToString().ToLowerInvariant()}.")
{
    public override string Code => "forbidden";
    public override int Status => 403;
    [Id(0)] public string What { get; } = what;
    [Id(1)] public string Required { get; } = required.ToString();
}

/// <summary>Too many wrong credentials from one address.</summary>
[GenerateSerializer, Alias("gaia.problem.too_many_attempts")]
public sealed class TooManyAttemptsException() : GaiaException("Too many refused credentials from this address; a valid one is still accepted.")
{
    public override string Code => "rate_limited";
    public override int Status => 429;
    public override TimeSpan? RetryAfter => TimeSpan.FromMinutes(1);
}
