using GaiaOrleans.Contracts.Rollouts;

namespace GaiaOrleans.Contracts.Problems;

/// <summary>What follows something that is stored already: it can fail, and cannot undo what was.</summary>
public static class Begun
{
    /// <param name="done">What is stored, for whoever is told of a failure.</param>
    /// <exception cref="ChangeUnknownException">Instead of a problem that would say that nothing took effect.</exception>
    public static async Task<T> Rest<T>(string done, Func<Task<T>> rest)
    {
        try
        {
            return await rest();
        }
        // Where somebody else was first, what is in force is known, and told.
        catch (GaiaException e) when (!e.MayHaveTakenEffect && e is not EpochMismatchException)
        {
            throw new ChangeUnknownException($"{done}: {e.Message}");
        }
    }

    /// <inheritdoc cref="Rest{T}"/>
    public static Task Rest(string done, Func<Task> rest) => Rest(done, async () =>
    {
        await rest();
        return true;
    });
}
