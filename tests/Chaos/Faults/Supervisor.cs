using System.Collections.Concurrent;
using GaiaOrleans.Chaos.History;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.Chaos.Faults;

/// <summary>Starts a silo again whenever it has ended, for whatever reason, as systemd or Kubernetes do; but not one that is held.</summary>
internal sealed class Supervisor(LocalCluster cluster, Recorder recorder)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<SiloProcess, bool> _held = [], _told = [];
    private const int LastWords = 40;

    // As asked, asked before it listens to that, and by SIGKILL.
    private const int Asked = 0, AskedEarly = 143, Killed = 137;

    // Cut off; and declared dead by the others, which Orleans ends a process for.
    private const int CutOff = 75, DeclaredDead = 134;

    // It was started, and found no database.
    private const int NotStarted = 1;
    private int _restarts;

    /// <summary>How often a silo was started again.</summary>
    public int Restarts => _restarts;

    /// <summary>It stays down when it has ended, for which it may be told.</summary>
    public void Hold(SiloProcess silo) => _held[silo] = _told[silo] = true;

    public void Release(SiloProcess silo) => _held.TryRemove(silo, out _);

    public Task Run(CancellationToken stopping) => Task.WhenAll(cluster.Silos.Select(silo => Watch(silo, stopping)));

    private async Task Watch(SiloProcess silo, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Pause);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
            {
                if (!silo.HasExited || _held.ContainsKey(silo)) continue;
                Interlocked.Increment(ref _restarts);
                // To the end of its last words.
                await silo.WaitForExitAsync(stopping);
                recorder.Happened($"{silo.Name} ended with {silo.ExitCode}, is started again");
                if (!Expected(silo)) recorder.Broke($"{silo.Name} ended by itself with {silo.ExitCode}: {string.Join(" | ", silo.Output.TakeLast(LastWords))}");
                try
                {
                    await silo.RestartAsync();
                }
                // It ended again: it found no database, or was killed.
                catch (InvalidOperationException) { }
                // It takes long to become ready; what keeps it from that may still be going on.
                catch (TimeoutException) { }
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }

    private bool Expected(SiloProcess silo) => silo.ExitCode switch
    {
        Killed or CutOff => true,
        Asked or AskedEarly => _told.ContainsKey(silo),
        NotStarted => Says(silo, "PostgreSQL"),
        DeclaredDead => recorder.Said(silo.Name, "I have been told I am dead"),
        _ => false,
    };

    private static bool Says(SiloProcess silo, string word) => silo.Output.Any(line => line.Contains(word, StringComparison.Ordinal));
}
