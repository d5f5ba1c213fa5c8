using GaiaOrleans.Chaos.Clients;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.Chaos.Faults;

/// <summary>Whichever silo carries out a change dies at a certain step of it. The operator is asked to make such a change at once.</summary>
internal static class StepFaults
{
    public static readonly IReadOnlyList<Fault> All =
    [
        At("change.stored", admin => admin.Split()),
        At("change.acknowledged", admin => admin.Split()),
        At("change.fenced", admin => admin.Split()),
        At("switch.closing", Switch),
        At("switch.held", Switch),
        At("switch.turned", Switch),
        At("rollback.flipped", admin => admin.Rollback()),
        At("phase.judged", admin => admin.Phase()),
        At("run.page_done", admin => admin.Run("verify")),
        At("run.stored", admin => admin.Run("migrate")),
    ];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10), Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Before cutover: afterwards it is one change like any other.</summary>
    private static async Task Switch(Admin admin)
    {
        await admin.Rollback();
        await admin.Toggle();
    }

    private static Fault At(string step, Func<Admin, Task> change) => new($"kill_at_{step.Replace('.', '_')}", Fault.Silo, async scene =>
    {
        var names = scene.Cluster.Silos.Select(s => s.Name).ToList();
        foreach (var name in names) scene.Controls.DieAt(name, step);
        try
        {
            // Asked again where it was refused, or nobody was there. Answered or not: whoever carries it out is gone. A run comes to its pages when it has been started.
            await Eventually.Get(Asked, waiting => !waiting, Patience, Pause);
        }
        finally
        {
            foreach (var name in names) scene.Controls.DieNowhere(name);
        }

        return Fault.Then(() => { });

        async Task<bool> Asked()
        {
            await change(scene.Admin);
            return names.All(scene.Controls.Waits);
        }
    });
}
