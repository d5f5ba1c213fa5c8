using System.CommandLine;
using GaiaOrleans.Client.Http;
using GaiaOrleans.Client.Output;

namespace GaiaOrleans.Client.Webhooks;

/// <summary>Who is told of what happens.</summary>
internal static class WebhooksCommand
{
    private const string Path = "/api/migration/webhooks";
    private const string Variable = "GAIA_WEBHOOK_SECRET";

    public static Command Create(Gaia gaia) => new("webhooks", "Addresses that every event is sent to, signed and in order")
    {
        List(gaia),
        Add(gaia),
        Remove(gaia),
        Deliveries(gaia),
    };

    private static Command List(Gaia gaia)
    {
        var command = new Command("list", "What each of them gets, and how it is doing");
        gaia.Handle(command, async (call, cancellationToken) =>
        {
            call.Show(await call.ControlPlane.Get(Path, cancellationToken), json => Listing.Of(
                json.Items(),
                "nobody is told",
                Column.Of("id"),
                Column.Of("url"),
                Column.Of("kinds"),
                Column.Number("cursor"),
                Column.Number("failures"),
                Column.Of("trouble", wraps: true),
                Column.Of("disabled", wraps: true)));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Add(Gaia gaia)
    {
        var url = new Argument<string>("URL") { HelpName = "URL", Description = "An http or https address" };
        var kind = new Option<string?>("--kind") { Description = "Only these kinds of events, separated by commas (default: all)", HelpName = "KINDS" };
        var secret = new Option<string?>("--secret")
        {
            Description = $"What deliveries are signed with, 16 to 256 characters (default: {Variable}, which other users of this machine cannot see in the process list)",
            HelpName = "TEXT",
        };
        var command = new Command("add", "Send what happens from now on to an address") { url, kind, secret };
        gaia.Handle(command, async (call, cancellationToken) =>
        {
            var text = call.Get(secret) ?? call.Variable(Variable) ?? throw new UsageException($"A webhook needs a secret: {Variable} or --secret.");
            var kinds = call.Get(kind)?.Split(',', StringSplitOptions.TrimEntries);
            call.Show(await call.ControlPlane.Post(Path, new { Url = call.Get(url), Kinds = kinds, Secret = text }, cancellationToken), json => Facts.Of(json));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Remove(Gaia gaia)
    {
        var id = new Argument<string>("ID") { Description = "As `gaia webhooks list` shows it" };
        var command = new Command("remove", "Send nothing more to one") { id };
        gaia.Handle(command, async (call, cancellationToken) =>
        {
            var webhook = call.Get(id);
            var answer = await call.ControlPlane.Delete($"{Path}/{Query.Segment(webhook)}", new { }, cancellationToken);
            call.Show(answer, _ => Cell.Of($"{webhook} gets nothing more"));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Deliveries(Gaia gaia)
    {
        var limit = Limit.Option();
        var command = new Command("deliveries", "Every attempt and how it ended, newest first") { limit };
        gaia.Handle(command, async (call, cancellationToken) =>
        {
            call.Show(await call.ControlPlane.Get(Query.With($"{Path}/deliveries", ("limit", call.Get(limit))), cancellationToken), json => Listing.Of(
                json.Items(),
                "nothing has been delivered yet",
                Column.Of("at"),
                Column.Of("webhook_id"),
                Column.Number("event_id"),
                Column.Of("kind"),
                Column.Number("attempt"),
                Column.Of("delivered"),
                Column.Number("status"),
                Column.Of("reason", wraps: true)));
            return ExitCode.Ok;
        });
        return command;
    }
}
