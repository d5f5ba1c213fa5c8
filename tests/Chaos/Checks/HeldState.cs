namespace GaiaOrleans.Chaos.Checks;

/// <summary>What a database held of a session from some moment on.</summary>
/// <param name="Register">Null = no session.</param>
/// <param name="At">Seconds of the machine's wall clock since 1970.</param>
internal sealed record HeldState(string Session, string? Register, double At);
