using System.CommandLine;
using System.Text.Json;
using GaiaOrleans.Client.Http;
using GaiaOrleans.Client.Output;
using Spectre.Console.Rendering;

namespace GaiaOrleans.Client.Conflicts;

/// <summary>Where the sides disagree.</summary>
internal static class ConflictsCommand
{
    public const string Path = "/api/migration/conflicts";

    /// <summary>Of a value in the list, in characters: a whole document would leave no room for anything else.</summary>
    private const int Excerpt = 40;

    public static Command Create(Gaia gaia) => new("conflicts", "Fields on which the two sides disagree, and deciding them")
    {
        List(gaia),
        ConflictPage.Show(gaia),
        ConflictDecision.Resolve(gaia),
    };

    public static IRenderable Table(IEnumerable<JsonElement> conflicts, string whenEmpty) => Listing.Of(
        conflicts,
        whenEmpty,
        Column.Of("id"),
        Column.Of("session_id"),
        Column.Of("field") with { Value = row => ConflictField.Shown(row.Text("field")) },
        Value("python_value"),
        Value("go_value"),
        Column.Of("detected_at"),
        Column.Of("resolved"),
        Column.Of("strategy"),
        Column.Of("resolved_by"));

    private static Column Value(string member) => Column.Of(member, wraps: true) with
    {
        Value = row => row.Text(member) is { Length: > Excerpt } text ? $"{text[..Excerpt]}..." : row.Text(member),
    };

    private static Command List(Gaia gaia)
    {
        var limit = Limit.Option();
        var resolved = new Option<bool?>("--resolved") { Description = "Only those that are resolved, or with false only those that are open (default: both)", HelpName = "true|false" };
        var command = new Command("list", "Both values of each, shortened, newest first") { limit, resolved };
        gaia.Handle(command, async (call, cancellationToken) =>
        {
            var state = call.Get(resolved) switch { true => "true", false => "false", null => null };
            var answer = await call.ControlPlane.Get(Query.With(Path, ("limit", call.Get(limit)), ("resolved", state)), cancellationToken);
            call.Show(answer, json => Table(json.Items(), "no conflicts"));
            // The list has no pages: whether it was cut is not known.
            var shown = answer.Json.Items().Count();
            if (shown == (call.Get(limit) ?? Limit.Default)) call.Terminal.Complain($"{shown} are shown, there may be more");
            return ExitCode.Ok;
        });
        return command;
    }
}
