using System.Text.Json.Nodes;

namespace GaiaOrleans.Chaos.Checks;

/// <summary>Whether a run that is over has an outcome for each session that it listed.</summary>
internal static class LedgerCheck
{
    private static readonly string[] Outcomes = ["migrated", "skipped", "failed"];

    /// <param name="run">As the API shows a migrate run.</param>
    public static IEnumerable<Violation> Of(JsonNode run)
    {
        var listed = Count("listed");
        var outcomes = Outcomes.Sum(Count);
        if (run["state"]?.GetValue<string>() == "completed" && listed != outcomes)
            yield return new(ViolationKind.Lost, "", $"the migration listed {listed} sessions and says what became of {outcomes}: {run.ToJsonString()}", []);

        long Count(string member) => run[member]?.GetValue<long>() ?? 0;
    }
}
