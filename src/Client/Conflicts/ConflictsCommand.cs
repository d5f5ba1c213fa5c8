using System.CommandLine;
using GaiaOrleans.Client.Http;
using GaiaOrleans.Client.Output;
using Spectre.Console.Rendering;

namespace GaiaOrleans.Client.Conflicts;

/// <summary>Where the sides disagree.</summary>
internal static class ConflictsCommand
{
    public const string Path = "/api/migration/conflicts";

    public static Command Create(Gaia gaia) => new("conflicts", "Fields on which the two sides disagree, and deciding them")
    {
        List(gaia),
        ConflictPage.Show(gaia),
        ConflictDecision.Resolve(gaia),
    };

    public static IRenderable Table(IEnumerable<System.Text.Json.JsonElement> conflicts, string whenEmpty) => Listing.Of(
        conflicts,
        whenEmpty,
        Column.Of("id"),
        Column.Of("session_id"),
        Column.Of("field"),
        Column.Of("python_value", wraps: true),
        Column.Of("go_value", wraps: true),
        Column.Of("detected_at"),
        Column.Of("resolved"),
        Column.Of("strategy"),
        Column.Of("resolved_by"));

    private static Command List(Gaia gaia)
    {
        var limit = Limit.Option();
        var resolved = new Option<bool?>("--resolved") { Description = "Only those that are resolved, or with false only those that are open (default: both)", HelpName = "true|false" };
        var command = new Command("list", "Both values of each, newest first") { limit, resolved };
        gaia.Handle(command, async (call, cancellationToken) =>
        {
            var state = call.Get(resolved) switch { true => "true", false => "false", null => null };
            var answer = await call.ControlPlane.Get(Query.With(Path, ("limit", call.Get(limit)), ("resolved", state)), cancellationToken);
            call.Show(answer, json => Table(json.Items(), "no conflicts"));
            return ExitCode.Ok;
        });
        return command;
    }
}
