using System.CommandLine;
using System.Text.Json;
using GaiaOrleans.Client.Http;
using GaiaOrleans.Client.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace GaiaOrleans.Client.Conflicts;

/// <summary>Deciding: one conflict by a side or by a value of its own, or many by one strategy.</summary>
internal static class ConflictDecision
{
    private const int DefaultLimit = 100;
    private const string Deciding = "Deciding between the two sides";

    /// <summary>For one conflict of many: a commit, what GAIA_HOME takes for a read and a write, and another commit.</summary>
    private static readonly TimeSpan Each = TimeSpan.FromMilliseconds(500);

    public static Command Resolve(Gaia gaia)
    {
        var id = ConflictId.Optional();
        var all = new Option<bool>("--all") { Description = "Open ones instead of one, newest first, up to --limit" };
        var strategy = new Option<string?>("--strategy") { Description = "Whose value stands: go_leads, python_leads, or latest: the side whose updated_at is newer", HelpName = "STRATEGY" };
        strategy.AcceptOnlyFromAmong("go_leads", "python_leads", "latest");
        var value = new Option<string?>("--value") { Description = "The field's value as JSON, when neither side is right", HelpName = "JSON" };
        var limit = Limit.Option();
        limit.Description += "; with --all";
        var command = new Command("resolve", "Decide which value stands; it is written to both sides once nothing of the session is open") { id, all, strategy, value, limit };
        gaia.Handle(command, (call, cancellationToken) => (call.GetOptional(id), call.Get(all)) switch
        {
            (null, false) => throw new UsageException("Which conflict? Give its ID, or --all."),
            (not null, true) => throw new UsageException("An ID and --all exclude each other."),
            ({ } one, false) when call.Get(limit) is null => One(call, one, call.Get(strategy), call.Get(value), cancellationToken),
            (not null, false) => throw new UsageException("--limit goes with --all."),
            _ when call.Get(value) is not null => throw new UsageException("--value is for one conflict; --all needs --strategy."),
            _ => All(call, call.Get(strategy) ?? throw new UsageException("--all needs --strategy."), call.Get(limit), cancellationToken),
        });
        return command;
    }

    private static async Task<int> One(Call call, long id, string? strategy, string? value, CancellationToken cancellationToken)
    {
        if (strategy is null == value is null) throw new UsageException("Give either --strategy or --value.");
        var body = new { Strategy = strategy, Value = value is null ? (JsonElement?)null : Json(value), Reason = await call.RequireReason(Deciding, cancellationToken) };
        call.Show(await call.ControlPlane.Post($"{ConflictsCommand.Path}/{id}/resolve", body, cancellationToken), ConflictPage.Of);
        return ExitCode.Ok;
    }

    private static async Task<int> All(Call call, string strategy, int? limit, CancellationToken cancellationToken)
    {
        var reason = await call.RequireReason(Deciding, cancellationToken);
        if (!await call.Confirm($"Up to {limit ?? DefaultLimit} open conflicts are decided by {strategy}: {Loser(strategy)}", cancellationToken)) return ExitCode.Failed;
        // Whoever stops waiting stops the deciding, and is not told how far it came.
        var patience = ControlPlane.Patience + Each * (limit ?? DefaultLimit);
        var answer = await call.ControlPlane.Post($"{ConflictsCommand.Path}/resolve", new { Strategy = strategy, Reason = reason, Limit = limit }, cancellationToken, patience);
        call.Show(answer, Done);
        return answer.Json.Items().Any(IsOpen) ? ExitCode.Failed : ExitCode.Ok;
    }

    private static IRenderable Done(JsonElement json)
    {
        var all = json.Items().ToArray();
        var table = ConflictsCommand.Table(all, "no open conflict was decided");
        if (all.Length == 0) return table;
        var open = all.Where(IsOpen).ToArray();
        var reasons = open.Select(c => Cell.Of($"{c.Text("id")} of {c.Text("session_id")} was not decided: {c.Member("problem")?.Text("detail")}", Cell.Bad));
        return new Rows([table, .. reasons, Cell.Of($"{all.Length - open.Length} decided; what is still open: gaia conflicts list --resolved false", Cell.Quiet)]);
    }

    private static bool IsOpen(JsonElement conflict) => conflict.Member("problem") is not null;

    private static string Loser(string strategy) => strategy switch
    {
        "go_leads" => "GAIA_HOME's values are overwritten, and what a new incarnation has set aside is left to be decided by itself.",
        "python_leads" => "the target's values are overwritten, and what a new incarnation has set aside is given up.",
        _ => "the older side's values are overwritten.",
    };

    // A bare word is what people type for a string, and what a shell leaves of a quoted one: guessing would store the wrong type.
    private static JsonElement Json(string value) => JsonText.TryParse(value, out var json)
        ? json
        : throw new UsageException($"--value is JSON, and '{value}' is not; a text needs its quotes: --value '\"{value}\"'.");
}
