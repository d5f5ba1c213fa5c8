using System.Globalization;

namespace GaiaOrleans.Benchmarks.Results;

/// <summary>Ours and theirs by turns, after one round that only warms up.</summary>
internal static class Rounds
{
    public static async Task<IReadOnlyList<(double Ours, double Theirs)>> Take(int count, string unit, Func<Task<double>> ours, Func<Task<double>> theirs)
    {
        var rounds = new List<(double, double)>();
        for (var i = 0; i <= count; i++)
        {
            var (first, second) = (await ours(), await theirs());
            Report.Note(string.Create(CultureInfo.InvariantCulture, $"{(i == 0 ? "warm-up" : $"round {i}")}: {first:#,0.##} against {second:#,0.##} {unit}"));
            if (i > 0) rounds.Add((first, second));
        }

        return rounds;
    }
}
