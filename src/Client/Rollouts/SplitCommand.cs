using System.CommandLine;
using System.Text.Json;
using GaiaOrleans.Client.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace GaiaOrleans.Client.Rollouts;

/// <summary>Changes the traffic split.</summary>
internal static class SplitCommand
{
    public static Command Create(Gaia gaia)
    {
        var percentage = new Argument<decimal>("N")
        {
            Description = "Percentage of the sessions that the target serves, 0 to 100",
            CustomParser = result => Numbers.Parse(result, "N", 0, 100, 2),
        };
        var force = new Option<bool>("--force") { Description = "Go past blockers; needs a reason" };
        var expected = new Option<long?>("--expected-epoch") { Description = "Refuse when the rollout has moved on since this epoch", HelpName = "EPOCH" };
        var command = new Command("split", "Send N % of the sessions to the target; returns when no gateway routes by the old split any more") { percentage, force, expected };
        gaia.Handle(command, async (call, cancellationToken) =>
        {
            var go = call.Get(percentage);
            var forced = call.Get(force);
            var reason = forced ? await call.RequireReason("--force", cancellationToken) : call.Reason;
            var body = new
            {
                GoPercentage = go,
                PythonPercentage = 100 - go,
                Reason = reason,
                Force = forced ? true : (bool?)null,
                ExpectedEpoch = call.Get(expected),
            };
            var answer = await call.ControlPlane.Post("/api/traffic-split", body, cancellationToken);
            call.Show(answer, json => Changed(json, call.Terminal.Unicode));
            return ExitCode.Ok;
        });
        return command;
    }

    private static IRenderable Changed(JsonElement json, bool unicode) => new Rows(
        SplitLine.Of(json, unicode),
        Cell.Of($"phase {json.Text("phase")}, epoch {json.Text("epoch")}; acknowledged by {json.Text("gateways_acknowledged") ?? "-"} gateways in {json.Text("took_ms") ?? "-"} ms"));
}
