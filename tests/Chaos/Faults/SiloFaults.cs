using GaiaOrleans.Testbed;

namespace GaiaOrleans.Chaos.Faults;

/// <summary>Silos that end, all at once or one, in good order or not, or stand still.</summary>
internal static class SiloFaults
{
    public static readonly IReadOnlyList<Fault> All =
    [
        new("silo_kill", Fault.Silo, scene => Down(scene, [scene.AnySilo()], s => s.KillAsync())),
        new("silos_kill", Fault.Silo, scene => Down(scene, scene.Cluster.Silos, s => s.KillAsync())),
        new("silo_leave", Fault.Silo, scene => Down(scene, [scene.AnySilo()], s => s.StopAsync())),
        new("silo_stop", Fault.Silo, async scene =>
        {
            var silo = scene.AnySilo();
            await silo.SuspendAsync();
            // One that was declared dead meanwhile reads of it and ends: its supervisor starts it again.
            return Fault.Then(silo.Resume);
        }),
    ];

    private static async Task<Func<Task>> Down(Scene scene, IReadOnlyList<SiloProcess> silos, Func<SiloProcess, Task> end)
    {
        if (silos.All(s => s.HasExited)) throw new InvalidOperationException("it is down already");
        foreach (var silo in silos) scene.Supervisor.Hold(silo);
        try
        {
            await Task.WhenAll(silos.Select(end));
        }
        catch
        {
            Release();
            throw;
        }

        return Fault.Then(Release);

        void Release()
        {
            foreach (var silo in silos) scene.Supervisor.Release(silo);
        }
    }
}
