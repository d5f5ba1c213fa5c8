using System.CommandLine;
using System.Text.Json;
using GaiaOrleans.Client.Output;

namespace GaiaOrleans.Client.Rollouts;

/// <summary>The cluster-wide dual-write switch.</summary>
internal static class DualWriteCommand
{
    private const string Path = "/api/migration/dual-write";

    public static Command Create(Gaia gaia) => new("dual-write", "Show or switch dual-write, cluster-wide")
    {
        Switch(gaia, "on", "Write every change to both sides from now on; before cutover it needs every gateway", true),
        Switch(gaia, "off", "Stop dual-write; refused while one side lacks changes", false),
        Show(gaia),
    };

    public static string Line(JsonElement json)
    {
        var on = json.Flag("closing") is true ? "switching" : json.Flag("enabled") is true ? "on" : "off";
        return $"{on}, {json.Text("mode") ?? "-"}, ack {json.Text("ack") ?? "-"}";
    }

    private static Command Switch(Gaia gaia, string word, string description, bool enabled)
    {
        var mode = new Option<string?>("--mode") { Description = "Which side must take a change first (default: as it is)" };
        mode.AcceptOnlyFromAmong("go_leads", "python_leads");
        var ack = new Option<string?>("--ack") { Description = "Whether clients wait for both sides or only for the leader (default: as it is)" };
        ack.AcceptOnlyFromAmong("both", "leader");
        var conflicts = new Option<string?>("--conflicts")
        {
            Description = "Which value stands when somebody else changed a session on GAIA_HOME: go_leads, python_leads, latest, or manual: an operator decides (default: as it is)",
            HelpName = "STRATEGY",
        };
        conflicts.AcceptOnlyFromAmong("go_leads", "python_leads", "latest", "manual");
        var command = new Command(word, description) { mode, ack, conflicts };
        gaia.Handle(command, async (call, cancellationToken) =>
        {
            var body = new { Enabled = enabled, Mode = call.Get(mode), Ack = call.Get(ack), ConflictStrategy = call.Get(conflicts), call.Reason };
            call.Show(await call.ControlPlane.Post(Path, body, cancellationToken), json => Facts.Of(json));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Show(Gaia gaia)
    {
        var command = new Command("show", "Whether it is on, which side leads, and what clients wait for");
        gaia.Handle(command, async (call, cancellationToken) =>
        {
            call.Show(await call.ControlPlane.Get(Path, cancellationToken), json => Facts.Of(json));
            return ExitCode.Ok;
        });
        return command;
    }
}
