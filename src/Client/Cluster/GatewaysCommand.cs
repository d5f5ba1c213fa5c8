using System.CommandLine;
using GaiaOrleans.Client.Http;
using GaiaOrleans.Client.Output;

namespace GaiaOrleans.Client.Cluster;

/// <summary>The processes that route traffic.</summary>
internal static class GatewaysCommand
{
    private const string Path = "/api/migration/gateways";

    public static Command Create(Gaia gaia)
    {
        var command = new Command("gateways", "The processes that route traffic, and by which epoch") { Remove(gaia) };
        gaia.Handle(command, async (call, cancellationToken) =>
        {
            var answer = await call.ControlPlane.Get(Path, cancellationToken);
            call.Show(answer, json => Listing.Of(
                json.Items(),
                "no gateway is registered",
                Column.Of("id"),
                Column.Of("name"),
                Column.Of("kind"),
                Column.Number("epoch"),
                Column.Number("in_flight"),
                Column.Number("lease_age_ms"),
                Column.Of("seen_at"),
                Column.Of("reachable")));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Remove(Gaia gaia)
    {
        var id = new Argument<string>("ID") { Description = "As `gaia gateways` shows it" };
        id.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: "" or "." or ".." } token]) result.AddError($"'{token.Value}' is no gateway id.");
        });
        var command = new Command("remove", "Forget a gateway that is gone for good, so that dual-write changes stop waiting for it") { id };
        gaia.Handle(command, async (call, cancellationToken) =>
        {
            var gateway = call.Get(id);
            if (!await call.Confirm($"If {gateway} still runs somewhere, it may route by an old split.", cancellationToken)) return ExitCode.Failed;
            var answer = await call.ControlPlane.Delete($"{Path}/{Query.Segment(gateway)}", new { call.Reason }, cancellationToken);
            call.Show(answer, _ => Cell.Of($"{gateway} is forgotten"));
            return ExitCode.Ok;
        });
        return command;
    }
}
