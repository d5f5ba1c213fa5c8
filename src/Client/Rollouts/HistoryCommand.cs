using System.CommandLine;
using GaiaOrleans.Client.Http;
using GaiaOrleans.Client.Output;

namespace GaiaOrleans.Client.Rollouts;

/// <summary>The audit.</summary>
internal static class HistoryCommand
{
    public static Command Create(Gaia gaia)
    {
        var limit = Limit.Option();
        var command = new Command("history", "Who changed what, when and why; newest first") { limit };
        gaia.Handle(command, async (call, cancellationToken) =>
        {
            var answer = await call.ControlPlane.Get(Query.With("/api/migration/history", ("limit", call.Get(limit))), cancellationToken);
            call.Show(answer, json => Listing.Of(
                json.Items(),
                "nothing has been changed yet",
                Column.Number("epoch"),
                Column.Of("at"),
                Column.Of("actor"),
                Column.Of("action"),
                Column.Of("from"),
                Column.Of("to"),
                Column.Of("forced"),
                Column.Of("reason", wraps: true)));
            return ExitCode.Ok;
        });
        return command;
    }
}
