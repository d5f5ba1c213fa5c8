using System.Data.Common;
using Orleans.Serialization;

namespace GaiaOrleans.Contracts.Problems;

/// <summary>Calls of which nobody knows what became: a silo was lost, or was silent for too long.</summary>
public static class Unanswered
{
    /// <summary>
    /// Also a cancellation that nobody here has asked for: Orleans cancels a message that expires on its way. And what the database's driver
    /// throws at Orleans' own directory and reminders, which another silo cannot even put into words.
    /// </summary>
    public static bool Is(Exception e) => e is TimeoutException or OrleansException or OperationCanceledException or DbException or CodecNotFoundException;

    /// <summary>Such a call, or one that was refused: no defect of whoever asked, who has not given it up either.</summary>
    public static bool OrRefused(Exception e, CancellationToken givenUp = default) => !givenUp.IsCancellationRequested && (e is GaiaException || Is(e));
}
