using System.CommandLine;
using System.Globalization;
using GaiaOrleans.Client.Http;
using GaiaOrleans.Client.Output;
using GaiaOrleans.Client.Sessions;

namespace GaiaOrleans.Client.Rollouts;

/// <summary>Single sessions whose side is decided by hand.</summary>
internal static class PinCommand
{
    private const string Path = "/api/migration/pins";

    public static Command List(Gaia gaia)
    {
        var command = new Command("pins", "The sessions whose side was decided by hand");
        gaia.Handle(command, async (call, cancellationToken) =>
        {
            call.Show(await call.ControlPlane.Get(Path, cancellationToken), json => Listing.Of(
                json.Items(),
                "no session is pinned",
                Column.Of("session_id"),
                Column.Of("side"),
                Column.Of("until"),
                Column.Of("by"),
                Column.Of("at"),
                Column.Of("reason", wraps: true)));
            return ExitCode.Ok;
        });
        return command;
    }

    public static Command Pin(Gaia gaia)
    {
        var id = SessionCommand.Id();
        var side = new Option<string>("--side") { Description = "Who serves it: go (this cluster) or python (GAIA_HOME)", HelpName = "go|python", Required = true };
        var until = new Option<string?>("--until")
        {
            Description = "When the split decides again, with its time zone: 2026-01-31T12:00:00Z (default: when it is unpinned)",
            HelpName = "TIME",
            CustomParser = Time,
        };
        var command = new Command("pin", "Have one session served by one side, whatever the split says; needs a reason") { id, side, until };
        gaia.Handle(command, async (call, cancellationToken) =>
        {
            var body = new { Side = call.Get(side), Until = call.Get(until), Reason = await call.RequireReason("A pin", cancellationToken) };
            call.Show(await call.ControlPlane.Put($"{Path}/{Query.Segment(call.Get(id))}", body, cancellationToken), json => Facts.Of(json));
            return ExitCode.Ok;
        });
        return command;
    }

    public static Command Unpin(Gaia gaia)
    {
        var id = SessionCommand.Id();
        var command = new Command("unpin", "Let the split decide about a session again") { id };
        gaia.Handle(command, async (call, cancellationToken) =>
        {
            var session = call.Get(id);
            var answer = await call.ControlPlane.Delete($"{Path}/{Query.Segment(session)}", new { call.Reason }, cancellationToken);
            call.Show(answer, _ => Cell.Of($"the split decides about {session} again"));
            return ExitCode.Ok;
        });
        return command;
    }

    /// <summary>Without a zone it would be another moment on every machine.</summary>
    private static string? Time(System.CommandLine.Parsing.ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            return time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
        result.AddError($"--until is a time such as 2026-01-31T12:00:00Z, not '{text}'.");
        return null;
    }
}
