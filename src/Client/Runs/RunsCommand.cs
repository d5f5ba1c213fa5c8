using System.CommandLine;
using System.Text.Json;
using GaiaOrleans.Client.Output;
using Spectre.Console.Rendering;

namespace GaiaOrleans.Client.Runs;

/// <summary>Seeing and steering runs.</summary>
internal static class RunsCommand
{
    private const string Path = "/api/migration/runs";

    private static readonly Dictionary<string, string> After = new() { ["pause"] = "paused", ["resume"] = "running", ["cancel"] = "cancelled" };

    public static Command Create(Gaia gaia)
    {
        var kind = new Argument<string?>("KIND") { HelpName = "KIND", Description = "migrate, verify or reconcile (default: all of them)", Arity = ArgumentArity.ZeroOrOne };
        kind.AcceptOnlyFromAmong("migrate", "verify", "reconcile");
        var action = new Argument<string?>("ACTION") { HelpName = "ACTION", Description = "pause, resume or cancel it (default: show it)", Arity = ArgumentArity.ZeroOrOne };
        action.AcceptOnlyFromAmong([.. After.Keys]);
        var command = new Command("runs", "Show the runs, or pause, resume or cancel one") { kind, action };
        gaia.Handle(command, async (call, cancellationToken) =>
        {
            var answer = (call.GetOptional(kind), call.GetOptional(action)) switch
            {
                (null, _) => await call.ControlPlane.Get(Path, cancellationToken),
                ({ } one, null) => await call.ControlPlane.Get($"{Path}/{one}", cancellationToken),
                ({ } one, { } what) => await call.ControlPlane.Post($"{Path}/{one}/{what}", new { call.Reason }, cancellationToken),
            };
            call.Show(answer, json => Table(call, json));
            // Asked again it is what it was to be already; a run that is over, or was never started, is not.
            if (call.GetOptional(action) is not { } asked || answer.Json.Text("state") == After[asked]) return ExitCode.Ok;
            call.Terminal.Complain($"there is nothing to {asked}: {RunProgress.Line(answer.Json, call.Time.GetUtcNow())}");
            return ExitCode.Failed;
        });
        return command;
    }

    private static IRenderable Table(Call call, JsonElement json) =>
        RunTable.Of(json.ValueKind == JsonValueKind.Array ? json.EnumerateArray() : [json], call.Time.GetUtcNow(), call.Terminal.Unicode);
}
