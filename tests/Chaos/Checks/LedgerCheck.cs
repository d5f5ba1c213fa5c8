using System.Text.Json.Nodes;

namespace GaiaOrleans.Chaos.Checks;

/// <summary>Whether a run that is over has an outcome for each session that it listed.</summary>
internal static class LedgerCheck
{
    private static readonly string[] Outcomes = ["migrated", "skipped", "failed"];

    /// <param name="run">As the API shows a migrate run.</param>
    /// <param name="held">How many sessions GAIA_HOME has, by its own database.</param>
    public static IEnumerable<Violation> Of(JsonNode run, int held)
    {
        var listed = Count("listed");
        var outcomes = Outcomes.Sum(Count);
        if (run["state"]?.GetValue<string>() != "completed" || listed != outcomes || listed != held)
            yield return new(ViolationKind.Lost, "", $"the migration listed {listed} of {held} sessions and says what became of {outcomes}: {run.ToJsonString()}", []);

        long Count(string member) => run[member]?.GetValue<long>() ?? 0;
    }
}
