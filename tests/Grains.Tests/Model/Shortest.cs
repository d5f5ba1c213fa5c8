namespace GaiaOrleans.Grains.Tests.Model;

/// <summary>A history that fails, without what it does not need to fail.</summary>
internal static class Shortest
{
    /// <summary>Plays it; a failure is told with the shortest history that still fails.</summary>
    public static void Play(IReadOnlyList<Command> commands, bool othersWrite, Corners corners)
    {
        try
        {
            History.Play(commands, othersWrite, corners);
        }
        catch (Exception e)
        {
            var needed = Reduce(commands, othersWrite);
            throw new InvalidOperationException($"{Fails(needed, othersWrite)?.Message ?? e.Message}\nothers write: {othersWrite}\n{string.Join("\n", needed)}", e);
        }
    }

    private static List<Command> Reduce(IReadOnlyList<Command> commands, bool othersWrite)
    {
        var needed = commands.ToList();
        for (var smaller = true; smaller;)
        {
            smaller = false;
            for (var i = needed.Count - 1; i >= 0; i--)
                foreach (var attempt in Without(needed, i).Where(a => Fails(a, othersWrite) is not null))
                {
                    (needed, smaller) = (attempt, true);
                    break;
                }
        }

        return needed;
    }

    /// <summary>First without the command, then with fine weather, then with one thing less that goes wrong.</summary>
    private static IEnumerable<List<Command>> Without(List<Command> commands, int i)
    {
        yield return [.. commands[..i], .. commands[(i + 1)..]];
        foreach (var milder in commands[i].Milder().Where(c => c != commands[i])) yield return [.. commands[..i], milder, .. commands[(i + 1)..]];
    }

    private static Exception? Fails(IReadOnlyList<Command> commands, bool othersWrite)
    {
        try
        {
            History.Play(commands, othersWrite, new Corners());
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }
}
