using System.Reflection;
using System.Runtime.CompilerServices;
using GaiaOrleans.Grains.Legacy;

namespace GaiaOrleans.Grains.Tests.Legacy;

public sealed class LegacyTroubleTests
{
    [Fact]
    public void Every_trouble_is_among_those_that_have_their_series_from_the_start()
    {
        var named = typeof(LegacyTrouble).GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!);
        Assert.Equal(named.Order(), LegacyTrouble.All.Order());
    }

    [Fact]
    public void Operators_are_told_about_every_one_of_them()
    {
        var page = File.ReadAllText(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "..", "docs", "TROUBLESHOOTING.md"));
        Assert.All(LegacyTrouble.All, trouble => Assert.Contains($"`{trouble}`", page, StringComparison.Ordinal));
    }

    private static string Here([CallerFilePath] string here = "") => here;
}
