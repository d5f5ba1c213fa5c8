namespace GaiaOrleans.Contracts.Problems;

/// <summary>Calls of which nobody knows what became: a silo was lost, or was silent for too long.</summary>
public static class Unanswered
{
    /// <summary>Also a cancellation that nobody here has asked for: Orleans cancels a message that expires on its way.</summary>
    public static bool Is(Exception e) => e is TimeoutException or OrleansException or OperationCanceledException;
}
