using System.Globalization;
using System.Text.RegularExpressions;
using GaiaOrleans.Deploy.Tests.Files;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.Deploy.Tests.Local;

/// <summary><c>./gaia down</c> against what a silo may need to leave.</summary>
public sealed partial class DownTests
{
    [Fact]
    public void A_silo_is_not_killed_in_the_middle_of_its_shutdown()
    {
        var script = File.ReadAllText(RepositoryRoot.PathTo("scripts", "lib", "cluster.sh"));

        var grace = int.Parse(Grace().Match(script).Groups[1].Value, CultureInfo.InvariantCulture);

        Assert.True(grace > DeployFile.ShutdownTimeout().TotalSeconds, $"killed after {grace} s");
        Assert.Equal(2, Waits().Count(script));
    }

    [GeneratedRegex(@"^SILO_GRACE=(\d+)$", RegexOptions.Multiline)]
    private static partial Regex Grace();

    /// <summary>Where silos are waited for: in <c>down</c>, and in an <c>up</c> that failed.</summary>
    [GeneratedRegex("""(await_stop|stop_process) "\$name" "\$SILO_GRACE"\)?""")]
    private static partial Regex Waits();
}
