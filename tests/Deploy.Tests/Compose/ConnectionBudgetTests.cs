using System.Globalization;
using System.Text.RegularExpressions;
using GaiaOrleans.Deploy.Tests.Files;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.Deploy.Tests.Compose;

/// <summary>Silos that all need every connection they may have must not be turned away by PostgreSQL.</summary>
public sealed class ConnectionBudgetTests
{
    /// <summary>Orleans' storage and membership, and the sweep, as src/Silo/Cluster/OrleansHosting.cs has them; sessions have two pools beside.</summary>
    private const int Fixed = 10 + 5 + 1;

    /// <summary>A backup, a restore, people with psql.</summary>
    private const int Others = 30;

    [Fact]
    public void What_three_silos_may_open_is_less_than_the_database_takes()
    {
        var pool = Number(File.ReadAllText(RepositoryRoot.PathTo("scripts", "new_secrets.sh")), "Maximum Pool Size=([0-9]+)");
        var most = Number(DeployFile.Text("compose", "compose.yaml"), "max_connections=([0-9]+)");
        Assert.InRange((3 * ((2 * pool) + Fixed)) + Others, 1, most);
    }

    private static int Number(string text, string pattern) => int.Parse(Regex.Match(text, pattern).Groups[1].Value, CultureInfo.InvariantCulture);
}
