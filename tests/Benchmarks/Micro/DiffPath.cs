using System.Text.Json;
using BenchmarkDotNet.Attributes;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Benchmarks.Micro;

public class DiffPath
{
    private readonly SessionRow _row = Samples.Row(1);
    private readonly LegacyRead _legacy = Samples.Legacy(1);

    [GlobalSetup]
    public void Setup()
    {
        if (!Ours() || !Theirs()) throw new InvalidOperationException("What is the same was found different.");
    }

    [Benchmark]
    public bool Ours() => SessionComparer.Compare(_row, _legacy, DiffRules.Default).Comparison.Status == SessionComparison.Equal;

    [Benchmark]
    public bool Theirs()
    {
        using var python = JsonDocument.Parse(_legacy.Raw!);
        using var go = JsonDocument.Parse(_row.Document!.Utf8);
        return JsonElement.DeepEquals(python.RootElement, go.RootElement);
    }
}
