namespace GaiaOrleans.Client.Http;

/// <summary>The control plane answered, and the answer is no.</summary>
internal sealed class ProblemException(Problem problem) : Exception(problem.Detail ?? problem.Title)
{
    public Problem Problem { get; } = problem;
}
