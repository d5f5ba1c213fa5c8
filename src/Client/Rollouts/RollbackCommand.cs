using System.CommandLine;
using System.Text.Json;
using GaiaOrleans.Client.Http;
using GaiaOrleans.Client.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace GaiaOrleans.Client.Rollouts;

/// <summary>Back towards GAIA_HOME without losing a write.</summary>
internal static class RollbackCommand
{
    /// <summary>The server's own default, on top of which it answers.</summary>
    private const int DefaultDrain = 10;

    public static Command Create(Gaia gaia)
    {
        var to = new Option<decimal?>("--to")
        {
            Description = "Percentage that the target keeps (default: 0)",
            HelpName = "N",
            CustomParser = result => Numbers.Parse(result, "--to", 0, 100, 2),
        };
        var drain = new Option<int?>("--drain-timeout")
        {
            Description = "Seconds to wait until GAIA_HOME is sure to have every change (default: 10, for what is on its way)",
            HelpName = "SECONDS",
            CustomParser = result => Numbers.Whole(result, "--drain-timeout", 0, 600),
        };
        var force = new Option<bool>("--force") { Description = "Even if GAIA_HOME does not answer; needs a reason" };
        var command = new Command("rollback", "Send traffic back to GAIA_HOME without losing a write; may be repeated, and undone with split") { to, drain, force };
        gaia.Handle(command, async (call, cancellationToken) =>
        {
            var forced = call.Get(force);
            var reason = forced ? await call.RequireReason("--force", cancellationToken) : call.Reason;
            if (forced && !await call.Confirm("If GAIA_HOME is down, the sessions that go back to it are not served until it returns.", cancellationToken))
                return ExitCode.Failed;
            var body = new { ToPercentage = call.Get(to) ?? 0, Reason = reason, Force = forced ? true : (bool?)null, DrainTimeoutS = call.Get(drain) };
            var patience = ControlPlane.Patience + TimeSpan.FromSeconds(call.Get(drain) ?? DefaultDrain);
            var answer = await call.ControlPlane.Post("/api/migration/rollback", body, cancellationToken, patience);
            call.Show(answer, json => Done(json, call.Terminal.Unicode));
            return ExitCode.Ok;
        });
        return command;
    }

    private static IRenderable Done(JsonElement json, bool unicode)
    {
        var drained = json.Flag("drained") is true
            ? Cell.Of("GAIA_HOME has every change", Cell.Good)
            : Cell.Of($"{json.Text("pending") ?? "-"} sessions are served by the target until GAIA_HOME is sure to have them", Cell.Doubtful);
        return new Rows(SplitLine.Of(json.Member("traffic") ?? default, unicode), Cell.Of($"epoch {json.Text("epoch")}, in {json.Text("took_ms") ?? "-"} ms"), drained);
    }
}
