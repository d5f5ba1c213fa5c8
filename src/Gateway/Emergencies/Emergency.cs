namespace GaiaOrleans.Gateway.Emergencies;

/// <summary>Somebody pulled the lever: this gateway forwards everything to GAIA_HOME, whatever its cluster says.</summary>
/// <param name="Answered">The incarnation by which the cluster answered; null = it has not heard of this yet.</param>
public sealed record Emergency(DateTimeOffset At, string Actor, string Reason, long? Answered = null);
