namespace GaiaOrleans.Chaos.Faults;

/// <summary>One kind of trouble: how it begins, and how it is over.</summary>
/// <param name="Kind">As it is chosen by on the command line.</param>
/// <param name="Part">What it befalls: two faults at once befall different parts.</param>
/// <param name="Begin">Answers what ends it.</param>
internal sealed record Fault(string Kind, string Part, Func<Scene, Task<Func<Task>>> Begin)
{
    public const string Database = "database", Legacy = "legacy", Silo = "silo", Gateway = "gateway", Link = "link", Clock = "clock";

    /// <summary>Every kind there is.</summary>
    public static readonly IReadOnlyList<Fault> All = [.. SiloFaults.All, .. GatewayFaults.All, .. DatabaseFaults.All, .. LegacyFaults.All, .. LinkFaults.All, .. StepFaults.All, .. ClockFaults.All];

    /// <summary>Looked at before it ends: whether anybody has felt it. Answered what to ask then, when it begins. Default: it cannot go unnoticed.</summary>
    public Func<Scene, Func<Task<bool>>> Watch { get; init; } = static _ => static () => Task.FromResult(true);

    /// <summary>It needs namespaces, or what is only there with them.</summary>
    public bool InNetwork { get; init; }

    /// <summary>For a fault that is over as soon as it was, or ends in one quick move.</summary>
    public static Func<Task> Then(Action end) => () =>
    {
        end();
        return Task.CompletedTask;
    };
}
