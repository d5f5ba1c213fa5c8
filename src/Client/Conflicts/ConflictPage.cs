using System.CommandLine;
using System.Text.Json;
using GaiaOrleans.Client.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace GaiaOrleans.Client.Conflicts;

/// <summary>One conflict: both values beside each other, and who decided it, when and why.</summary>
internal static class ConflictPage
{
    public static Command Show(Gaia gaia)
    {
        var id = ConflictId.Argument();
        var command = new Command("show", "Both values side by side, and who decided, when and why") { id };
        gaia.Handle(command, async (call, cancellationToken) =>
        {
            call.Show(await call.ControlPlane.Get($"{ConflictsCommand.Path}/{call.Get(id)}", cancellationToken), Of);
            return ExitCode.Ok;
        });
        return command;
    }

    public static IRenderable Of(JsonElement json)
    {
        var (python, go) = (json.Member("python_value"), json.Member("go_value"));
        var whole = ConflictField.IsWhole(json);
        var facts = new Facts()
            .Add("conflict", json.Text("id"))
            .Add("session", json.Text("session_id"))
            .Add("field", ConflictField.Shown(json.Text("field")))
            .Add("detected", json.Text("detected_at"));
        if (ConflictField.Incarnation(json) is { } incarnation) facts.Add("meanwhile", $"the session is what GAIA_HOME has; the target had this when incarnation {incarnation} began");
        if (whole && python?.Text("rejected") is { } status)
        {
            facts.Add("GAIA_HOME", $"refuses it: {status} {python?.Text("answer")}", Cell.Bad);
            python = null;
        }
        else if (whole && (python ?? go) is not null && (python is null || go is null))
        {
            facts.Add(python is null ? "GAIA_HOME" : "target", "has no such session", Cell.Doubtful);
        }

        return new Rows(Decided(facts, json).Shown, Text.Empty, SideBySide.Values(python, go));
    }

    private static Facts Decided(Facts facts, JsonElement json) => json.Flag("resolved") is not true
        ? facts.Add("decided", "not yet", Cell.Doubtful)
        : facts
            .Add("decided", $"{json.Text("strategy") ?? "-"} by {json.Text("resolved_by") ?? "-"}", Cell.Good)
            .Add("at", json.Text("resolved_at"))
            .Add("reason", json.Text("reason"));
}
