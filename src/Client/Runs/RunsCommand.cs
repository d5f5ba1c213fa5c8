using System.CommandLine;
using System.Text.Json;
using Spectre.Console.Rendering;

namespace GaiaOrleans.Client.Runs;

/// <summary>Seeing and steering runs.</summary>
internal static class RunsCommand
{
    private const string Path = "/api/migration/runs";

    public static Command Create(Gaia gaia)
    {
        var kind = new Argument<string?>("KIND") { HelpName = "KIND", Description = "migrate, verify or reconcile (default: all of them)", Arity = ArgumentArity.ZeroOrOne };
        kind.AcceptOnlyFromAmong("migrate", "verify", "reconcile");
        var action = new Argument<string?>("ACTION") { HelpName = "ACTION", Description = "pause, resume or cancel it (default: show it)", Arity = ArgumentArity.ZeroOrOne };
        action.AcceptOnlyFromAmong("pause", "resume", "cancel");
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
            return ExitCode.Ok;
        });
        return command;
    }

    private static IRenderable Table(Call call, JsonElement json) =>
        RunTable.Of(json.ValueKind == JsonValueKind.Array ? json.EnumerateArray() : [json], call.Time.GetUtcNow(), call.Terminal.Unicode);
}
