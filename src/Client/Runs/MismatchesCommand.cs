using System.CommandLine;
using GaiaOrleans.Client.Http;
using GaiaOrleans.Client.Output;

namespace GaiaOrleans.Client.Runs;

/// <summary>What verifications found, and nobody has mended since.</summary>
internal static class MismatchesCommand
{
    public static Command Create(Gaia gaia)
    {
        var limit = Limit.Option();
        var all = PagedList.All();
        var command = new Command("mismatches", "Every session and field that the last verifications found different, by session") { limit, all };
        gaia.Handle(command, async (call, cancellationToken) =>
        {
            var answer = await PagedList.Get(call, "/api/migration/runs/verify/mismatches", [], limit, all, cancellationToken);
            call.Show(answer, json => PagedList.Below(
                Listing.Of(
                    json.Items(), "no mismatches", Column.Of("session_id"), Column.Of("field"), Column.Of("rule"), Column.Of("python_value", wraps: true), Column.Of("go_value", wraps: true), Column.Of("at")),
                answer));
            return ExitCode.Ok;
        });
        return command;
    }
}
