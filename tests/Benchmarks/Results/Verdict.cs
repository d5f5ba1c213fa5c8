namespace GaiaOrleans.Benchmarks.Results;

/// <summary>What the rounds of a row say of its goal.</summary>
internal enum Verdict
{
    Yes,
    No,

    /// <summary>The row is so near to its goal that they do not say it.</summary>
    Open,
}
