using System.CommandLine;
using GaiaOrleans.Client.Http;
using GaiaOrleans.Client.Output;

namespace GaiaOrleans.Client.Runs;

/// <summary>What a run has to say about single sessions, and one of them again.</summary>
internal static class LedgerCommand
{
    public static Command Create(Gaia gaia)
    {
        var kind = Kind();
        var outcome = new Option<string?>("--outcome") { HelpName = "failed|skipped|migrated", Description = "Only these (default: all)" };
        outcome.AcceptOnlyFromAmong("failed", "skipped", "migrated");
        var limit = Limit.Option();
        var all = PagedList.All();
        var command = new Command("ledger", "What the last run of a kind has to say about single sessions: everything but plain success") { kind, outcome, limit, all };
        gaia.Handle(command, async (call, cancellationToken) =>
        {
            var answer = await PagedList.Get(call, $"/api/migration/runs/{call.Get(kind)}/ledger", [("outcome", call.Get(outcome))], limit, all, cancellationToken);
            call.Show(answer, json => PagedList.Below(
                Listing.Of(json.Items(), "nothing to say", Column.Of("session_id"), Column.Of("outcome"), Column.Of("field"), Column.Of("reason", wraps: true), Column.Of("at")), answer));
            return ExitCode.Ok;
        });
        return command;
    }

    public static Command Retry(Gaia gaia)
    {
        var kind = Kind();
        var id = new Argument<string>("SESSION") { HelpName = "SESSION", Description = "A session that failed in it" };
        var command = new Command("retry", "One session again that failed in the last run of a kind (exit code 1 if it fails again)") { kind, id };
        gaia.Handle(command, async (call, cancellationToken) =>
        {
            var answer = await call.ControlPlane.Post($"/api/migration/runs/{call.Get(kind)}/retry", new { SessionId = call.Get(id) }, cancellationToken);
            call.Show(answer, json => Facts.Of(json));
            return answer.Json.Text("outcome") == "failed" ? ExitCode.Failed : ExitCode.Ok;
        });
        return command;
    }

    private static Argument<string> Kind()
    {
        var kind = new Argument<string>("KIND") { HelpName = "KIND", Description = "migrate, verify or reconcile" };
        kind.AcceptOnlyFromAmong("migrate", "verify", "reconcile");
        return kind;
    }
}
