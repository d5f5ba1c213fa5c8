using System.Globalization;

namespace GaiaOrleans.Benchmarks.Results;

/// <summary>One line of the table.</summary>
/// <param name="Ours">Median of the rounds.</param>
/// <param name="Theirs">Median of what it is compared with, in the same rounds.</param>
/// <param name="Ratio">Median of the rounds' ratios, ours to theirs.</param>
/// <param name="Spread">Of the ratios: highest less lowest, as a share of the median.</param>
/// <param name="Met">Whether these medians reach the goal.</param>
/// <param name="Explanation">What was measured, and what limits it where the goal is missed.</param>
internal sealed record Row(string Name, double Ours, double Theirs, string Unit, double Ratio, double Spread, string Goal, bool Met, string Explanation)
{
    // So seldom would rounds that fall on either side of the goal by chance stand on one so clearly (sign test): six of seven do.
    private const double Chance = 0.1;

    // Two runs of the same build differ by as much in all of their rounds: what was compiled, and which processor of which machine it was.
    private const double Nearly = 0.03;

    /// <summary>Too few rounds stand by themselves where their median does: another run may find the opposite, and this one has found neither.</summary>
    public bool Divided { get; init; }

    public Verdict Verdict => Divided ? Verdict.Open : Met ? Verdict.Yes : Verdict.No;

    /// <param name="rounds">Ours and theirs of each round.</param>
    /// <param name="met">Whether the medians (ours, ratio) reach the goal.</param>
    /// <exception cref="BenchFailedException">A round came to nothing that can be divided.</exception>
    public static Row Of(string name, string unit, IReadOnlyList<(double Ours, double Theirs)> rounds, string goal, Func<double, double, bool> met, string explanation)
    {
        var ratios = rounds.Select(r => r.Ours / r.Theirs).Order().ToList();
        if (ratios.Any(r => !double.IsFinite(r) || r <= 0)) throw new BenchFailedException($"{unit} of the rounds: {string.Join(", ", rounds)}");
        var ours = Median(rounds.Select(r => r.Ours));
        var ratio = Median(ratios);
        var (verdict, each) = (met(ours, ratio), rounds.Select(r => met(r.Ours, r.Ours / r.Theirs)).ToList());
        var alone = each.Count(m => m);
        var near = met(ours * (1 - Nearly), ratio * (1 - Nearly)) != met(ours * (1 + Nearly), ratio * (1 + Nearly));
        var divided = alone > 0 && alone < rounds.Count ? string.Create(CultureInfo.InvariantCulture, $"; {alone} of {rounds.Count} rounds meet the goal by themselves") : "";
        return new(name, ours, Median(rounds.Select(r => r.Theirs)), unit, ratio, (ratios[^1] - ratios[0]) / ratio, goal, verdict, explanation + divided)
        {
            Divided = near || AreDivided(each, verdict),
        };
    }

    /// <summary>One that is told by all rounds together.</summary>
    /// <param name="divided">Another run may well find the opposite.</param>
    /// <inheritdoc cref="Of(string, string, IReadOnlyList{ValueTuple{double, double}}, string, Func{double, double, bool}, string)"/>
    public static Row Of(string name, string unit, IReadOnlyList<(double Ours, double Theirs)> rounds, string goal, bool met, bool divided, string explanation) =>
        Of(name, unit, rounds, goal, (_, _) => met, explanation) with { Divided = divided };

    /// <summary>Too few rounds say by themselves what their median does.</summary>
    public static bool AreDivided(IReadOnlyCollection<bool> rounds, bool median) => ByChance(rounds.Count, rounds.Count(r => r == median)) > Chance;

    /// <summary>How likely <paramref name="heads"/> or more of as many coins are.</summary>
    private static double ByChance(int coins, int heads)
    {
        // Of n coins, k heads: n over k, which each further head has (n - k) / (k + 1) times.
        var (ways, likely) = (1.0, 0.0);
        for (var k = 0; k <= coins; ways *= (coins - k) / (k + 1.0), k++)
            if (k >= heads) likely += ways;
        return likely / Math.Pow(2, coins);
    }

    /// <param name="limit">What keeps it from its goal, from the figures of this run.</param>
    public Row Because(string limit) => Verdict == Verdict.Yes ? this : this with { Explanation = $"{Explanation}. {(Met ? "Near its goal" : "Missed")}: {limit}" };

    /// <param name="limit">The same as it was found elsewhere: nothing of it was measured in this run.</param>
    public Row LimitedBy(string limit) => Because($"not measured here, but by the profiles in docs/PERFORMANCE.md {limit}");

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[sorted.Count / 2 - 1] + sorted[sorted.Count / 2]) / 2;
    }
}
