using System.Collections.Concurrent;
using System.Diagnostics;
using BenchmarkDotNet.Attributes;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Grains.Sessions;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Benchmarks.Micro;

public class SnapshotPath
{
    private const int Sessions = 1_000;
    private readonly ConcurrentDictionary<string, byte[]> _bytes = [];
    private readonly List<PresentSession> _present = [];
    private string[] _ids = [];
    private PresentSessions _sessions = null!;

    [GlobalSetup]
    public async Task Setup()
    {
        // Longer than anything is measured: that a lease is renewed is no part of a read.
        var lease = new SiloLease(new InMemoryRolloutStore(TimeProvider.System), TimeProvider.System, Options.Create(new RolloutOptions { SiloLease = TimeSpan.FromHours(1) }), NullLogger<SiloLease>.Instance);
        var rollout = await lease.Refresh(CancellationToken.None);
        _sessions = new(lease, TimeProvider.System);
        for (var n = 1; n <= Sessions; n++)
        {
            var row = Samples.Row(n) with { Generation = rollout.Generation };
            var session = new PresentSession { Held = new(row, 0, rollout.Incarnation) };
            await _sessions.Claim(row.Id, session);
            _present.Add(session);
            _bytes[row.Id] = row.Document!.Utf8;
        }

        _ids = [.. _bytes.Keys];
        if (Ours() < Sessions) throw new InvalidOperationException("Sessions were not read beside their turns.");
    }

    [Benchmark(OperationsPerInvoke = Sessions)]
    public int Ours()
    {
        // As each of them would be by its own turns now and then.
        foreach (var session in _present) session.UsedAt = Stopwatch.GetTimestamp();
        var length = 0;
        foreach (var id in _ids) length += _sessions.Read(id, 1)?.Body?.Length ?? -1_000_000;
        return length;
    }

    [Benchmark(OperationsPerInvoke = Sessions)]
    public int Theirs()
    {
        var length = 0;
        foreach (var id in _ids) length += _bytes[id].Length;
        return length;
    }
}
