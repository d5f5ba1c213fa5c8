namespace GaiaOrleans.Testbed;

/// <summary>What to run: a program and its arguments, each passed on as it is.</summary>
public sealed record ChildCommand(string Program, params IReadOnlyList<string> Arguments)
{
    /// <summary>Default: the folder of the test run.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Added to the variables of the test run; null removes one.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>The account to run as; only root may name another. Default: the own one.</summary>
    public string? User { get; init; }

    /// <summary>Told each line that it writes, as it comes and beside what is kept for error reports.</summary>
    public Action<string>? Heard { get; init; }

    public override string ToString() => string.Join(' ', Arguments.Prepend(Program));
}
