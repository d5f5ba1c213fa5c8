using System.Text.Json;
using BenchmarkDotNet.Attributes;
using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Silo.Postgres.Sessions;
using Npgsql;

namespace GaiaOrleans.Benchmarks.Micro;

public class BatchPath
{
    private const int Changes = 64;
    private readonly SessionCommit[] _commits = [.. Enumerable.Range(1, Changes).Select(n => new SessionCommit(Samples.Row(n), Guid.NewGuid(), 1, 1, null, null))];
    private readonly NpgsqlParameterCollection _parameters = new NpgsqlBatchCommand().Parameters;

    [Benchmark(OperationsPerInvoke = Changes)]
    public int Ours()
    {
        CommitParameters.Fill(_parameters, [.. _commits.Select(c => new CommitWork(c))], keyed: false);
        return _parameters.Count;
    }

    [Benchmark(OperationsPerInvoke = Changes)]
    public int Theirs()
    {
        var members = 0;
        foreach (var commit in _commits)
        {
            using var json = JsonDocument.Parse(commit.Next.Document!.Utf8);
            members += json.RootElement.GetPropertyCount();
        }

        return members;
    }
}
