using System.Globalization;
using GaiaOrleans.Benchmarks.Load;

namespace GaiaOrleans.Benchmarks.Results;

/// <summary>Ours and theirs by turns, after rounds that only warm up.</summary>
internal static class Rounds
{
    public static async Task<IReadOnlyList<(double Ours, double Theirs)>> Take(BenchSize size, string unit, Func<Task<double>> ours, Func<Task<double>> theirs)
    {
        await Disk.Written(cancellation: default);
        var rounds = new List<(double, double)>();
        for (var i = 1 - BenchSize.WarmUps; i <= size.Rounds; i++)
        {
            var round = await Both(oursFirst: i % 2 != 0, ours, theirs);
            Report.Note(string.Create(CultureInfo.InvariantCulture, $"{(i <= 0 ? "warm-up" : $"round {i}")}: {round.Ours:#,0.##} against {round.Theirs:#,0.##} {unit}"));
            if (i > 0) rounds.Add(round);
        }

        return rounds;
    }

    /// <summary>Whoever comes second has what the first left to be written on the disk beside it: each is second as often as the other.</summary>
    private static async Task<(double Ours, double Theirs)> Both(bool oursFirst, Func<Task<double>> ours, Func<Task<double>> theirs)
    {
        if (oursFirst) return (await ours(), await theirs());
        var second = await theirs();
        return (await ours(), second);
    }
}
