using GaiaOrleans.EndToEnd.Tests.Clusters;
using Xunit.Abstractions;

[assembly: TestCollectionOrderer($"{nameof(GaiaOrleans)}.{nameof(GaiaOrleans.EndToEnd)}.{nameof(GaiaOrleans.EndToEnd.Tests)}.{nameof(GaiaOrleans.EndToEnd.Tests.Clusters)}.{nameof(LongestFirst)}", "GaiaOrleans.EndToEnd.Tests")]

namespace GaiaOrleans.EndToEnd.Tests.Clusters;

/// <summary>Some collections run at once, in an order that is otherwise drawn: a long one that happens to come last would run for minutes alone.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    /// <summary>As their names end.</summary>
    private static readonly string[] Long =
        ["RunFaultTests", "GuideTests", "TrainingTests", SharedClusterTests.Name, "FuzzTests", "RollbackKillTests", Conflicts.ConflictClusterTests.Name, "IsolatedSiloTests", "EmergencyTests", "DocumentTests", "VerifyUnderLoadTests",
            "MigrateKillTests", "WebhookTests", "UninstallTests", "RollingRestartTests"];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(collection => Array.FindIndex(Long, name => collection.DisplayName.EndsWith(name, StringComparison.Ordinal)) is var at and >= 0 ? at : Long.Length);
}
