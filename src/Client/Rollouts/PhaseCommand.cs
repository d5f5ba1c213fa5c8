using System.CommandLine;
using System.Text.Json;
using GaiaOrleans.Client.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace GaiaOrleans.Client.Rollouts;

/// <summary>Goes from phase to phase.</summary>
internal static class PhaseCommand
{
    public static Command Create(Gaia gaia) => new("phase", "Go to another phase of the migration, past every gate on the way")
    {
        Advance(gaia),
        Set(gaia),
    };

    private static Command Advance(Gaia gaia)
    {
        var force = Force();
        var command = new Command("advance", "To the next phase; changes the split where that phase asks for another") { force };
        gaia.Handle(command, async (call, cancellationToken) =>
        {
            // From here on: what somebody else changes after this look is not advanced past.
            var split = await call.ControlPlane.Get("/api/traffic-split", cancellationToken);
            var plan = await call.ControlPlane.Get(PlanCommand.Path, cancellationToken);
            return await Go(call, plan.Json.Text("to") ?? "", call.Get(force), (long?)split.Json.Number("epoch"), cancellationToken);
        });
        return command;
    }

    private static Command Set(Gaia gaia)
    {
        var phase = new Argument<string>("PHASE") { HelpName = "PHASE", Description = string.Join(", ", Enterable) };
        phase.AcceptOnlyFromAmong(Enterable);
        var force = Force();
        var command = new Command("set", "To this phase; an earlier one is never gated, and lowers the split without losing a write") { phase, force };
        gaia.Handle(command, (call, cancellationToken) => Go(call, call.Get(phase), call.Get(force), null, cancellationToken));
        return command;
    }

    // Where a cluster begins, and what cannot be taken back, are not reached this way.
    private static string[] Enterable => PlanCommand.Phases[1..^1];

    private static Option<bool> Force() => new("--force") { Description = "Go past blockers; needs a reason" };

    private static async Task<int> Go(Call call, string to, bool force, long? seen, CancellationToken cancellationToken)
    {
        var reason = force ? await call.RequireReason("--force", cancellationToken) : call.Reason;
        var answer = await call.ControlPlane.Post("/api/migration/phase", new { To = to, Reason = reason, Force = force ? true : (bool?)null, ExpectedEpoch = seen }, cancellationToken);
        call.Show(answer, json => Changed(json, call.Terminal.Unicode));
        return ExitCode.Ok;
    }

    private static IRenderable Changed(JsonElement json, bool unicode)
    {
        var traffic = json.Member("traffic") ?? default;
        return new Rows(
            SplitLine.Of(traffic, unicode),
            Cell.Of($"phase {json.Text("to")}, epoch {traffic.Text("epoch")}; acknowledged by {traffic.Text("gateways_acknowledged") ?? "-"} gateways in {traffic.Text("took_ms") ?? "-"} ms"));
    }
}
