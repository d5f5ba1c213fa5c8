using System.Globalization;
using CsCheck;
using Xunit.Abstractions;

namespace GaiaOrleans.Grains.Tests.Model;

/// <summary>
/// I1 to I5 over random histories. GAIA_MODEL_HISTORIES sets how many (default 3 000); a failure prints the shortest history found and its
/// seed, which CsCheck_Seed plays again.
/// </summary>
public sealed class DualWriteModelTests(ITestOutputHelper output)
{
    private static readonly int Histories =
        int.Parse(Environment.GetEnvironmentVariable("GAIA_MODEL_HISTORIES") is { Length: > 0 } n ? n : "3000", CultureInfo.InvariantCulture);

    [Fact]
    public void Nothing_is_lost_doubled_or_reordered_and_both_sides_agree_in_the_end()
    {
        var corners = new Corners();
        Gen.Select(Gen.Bool, Command.Any.List[1, 40]).Sample(
            (othersWrite, commands) => Shortest.Play(commands, othersWrite, corners), iter: Histories, print: history => $"{history.Item2.Count} commands");
        output.WriteLine(corners.ToString());
        if (Histories >= 1_000) Assert.Empty(corners.Missed());
    }
}
