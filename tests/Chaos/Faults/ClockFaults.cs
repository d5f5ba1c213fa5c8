namespace GaiaOrleans.Chaos.Faults;

/// <summary>The wall clock of one silo is set wrong.</summary>
internal static class ClockFaults
{
    public static readonly IReadOnlyList<Fault> All =
    [
        Step("clock_forward", TimeSpan.FromHours(2)),
        Step("clock_back", TimeSpan.FromHours(-2)),
        Step("clock_skew", TimeSpan.FromSeconds(3)),
    ];

    private static Fault Step(string kind, TimeSpan offBy) => new(kind, Fault.Clock, scene =>
    {
        var silo = scene.AnySilo();
        scene.Controls.SetClock(silo.Name, offBy);
        return Task.FromResult(Fault.Then(() => scene.Controls.SetClock(silo.Name, TimeSpan.Zero)));
    })
    {
        Watch = scene => () => Task.FromResult(scene.Controls.Shows(offBy)),
    };
}
