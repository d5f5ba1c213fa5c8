using System.CommandLine;
using System.Text.Json;
using GaiaOrleans.Client.Http;
using GaiaOrleans.Client.Output;

namespace GaiaOrleans.Client.Events;

/// <summary>What happened, and with --follow what happens.</summary>
internal static class EventsCommand
{
    public const string Path = "/api/migration/events";

    public static Command Create(Gaia gaia)
    {
        var kind = new Option<string?>("--kind") { Description = "Only these kinds, separated by commas, such as split,rollback,guard (default: all)", HelpName = "KINDS" };
        var follow = new Option<bool>("--follow", "-f") { Description = "Show what happens from now on, until Ctrl-C; goes on by itself when the silo it listens to is lost" };
        var limit = Limit.Option();
        var command = new Command("events", "What has happened, newest first: phases, splits, runs, conflicts, gateways, the cluster") { kind, follow, limit };
        gaia.Handle(command, async (call, cancellationToken) =>
        {
            if (call.Get(follow))
            {
                if (call.Get(limit) is not null) throw new UsageException("--limit is for the list; --follow has no end.");
                return await new EventFollow(call, call.Get(kind)).Run(cancellationToken);
            }

            var answer = await call.ControlPlane.Get(Query.With(Path, ("kind", call.Get(kind)), ("limit", call.Get(limit))), cancellationToken);
            call.Show(answer, json => Listing.Of(
                json.Items(), "nothing has happened yet", Column.Number("id"), Column.Of("at"), Column.Of("kind"), new Column("WHAT", Summary, Wraps: true)));
            return ExitCode.Ok;
        });
        return command;
    }

    /// <summary>What an event says, in the order in which it says it: names and plain values.</summary>
    public static string Summary(JsonElement e)
    {
        if (e.Member("data") is not { ValueKind: JsonValueKind.Object } data) return "";
        var action = data.Text("action");
        var rest = data.EnumerateObject().Where(m => m.Name != "action" && m.Value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Object or JsonValueKind.Array)).Select(m => $"{m.Name}={m.Value.Shown()}");
        return string.Join(' ', action is null ? rest : rest.Prepend(action));
    }
}
