using System.CommandLine;
using System.Text.Json;
using GaiaOrleans.Client.Http;
using GaiaOrleans.Client.Output;
using Spectre.Console.Rendering;

namespace GaiaOrleans.Client.Errors;

/// <summary>What went wrong with which session.</summary>
internal static class ErrorsCommand
{
    public static Command Create(Gaia gaia)
    {
        var limit = Limit.Option();
        var since = new Option<string?>("--since") { Description = "Only those at or after this ISO-8601 time", HelpName = "TIME" };
        var validation = new Option<bool>("--validation") { Description = "Instead, the values that did not compare equal or do not fit their field, and how many differences the rules excused" };
        var command = new Command("errors", "What went wrong with which session, newest first") { limit, since, validation };
        gaia.Handle(command, async (call, cancellationToken) =>
        {
            if (call.Get(validation))
            {
                if (call.Get(since) is not null) throw new UsageException("--since does not go with --validation.");
                call.Show(await call.ControlPlane.Get(Query.With("/api/migration/validation-errors", ("limit", call.Get(limit))), cancellationToken), ValidationErrors.Of);
                return ExitCode.Ok;
            }

            var answer = await call.ControlPlane.Get(Query.With("/api/migration/errors", ("limit", call.Get(limit)), ("since", call.Get(since))), cancellationToken);
            call.Show(answer, Table);
            return ExitCode.Ok;
        });
        return command;
    }

    private static IRenderable Table(JsonElement json)
    {
        var errors = json.Items("errors").ToArray();
        var table = Listing.Of(
            errors,
            "no errors",
            Column.Of("at"),
            Column.Of("session_id"),
            Column.Of("side"),
            Column.Of("operation"),
            Column.Of("code"),
            Column.Number("attempt"),
            Column.Of("resolved"),
            Column.Of("message", wraps: true));
        return ErrorCount.Below(table, errors.Length, json);
    }
}
