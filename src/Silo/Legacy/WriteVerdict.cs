using System.Text.Json;
using GaiaOrleans.Grains.Legacy;

namespace GaiaOrleans.Silo.Legacy;

/// <summary>What an answer to a write means. Only a refusal that came before the write was looked at may be called a failure.</summary>
internal static class WriteVerdict
{
    /// <summary>Null = it was applied.</summary>
    public static LegacyAnswer? Of(HttpMethod method, LegacyReply reply) => reply.Status switch
    {
        >= 200 and < 300 => Success(reply),
        _ when reply.Passing is { } code => Failed(code, method, reply),
        404 when !reply.FromResource() => new LegacyAnswer.Failed(
            LegacyTrouble.NotJson, $"{method} answered 404 with a page instead of JSON; does Legacy:BaseUrl point at GAIA_HOME? {reply.Text}"),
        404 => Failed(LegacyTrouble.Rejected, method, reply),
        409 => Failed(LegacyTrouble.Rejected, method, reply) with { IfItLasts = new(reply.Status, reply.Text) },
        >= 400 and < 500 => new LegacyAnswer.Rejected(reply.Status, reply.Text),
        // Not followed: it would show the credential to another address, and turn a write into a read.
        < 400 => new LegacyAnswer.Failed(
            LegacyTrouble.Rejected, $"{method} was redirected ({reply.Status}) to '{reply.Location}'; set Legacy:BaseUrl to the address that answers itself"),
        // The word of a proxy that waits no longer, or was cut off: GAIA_HOME may still be at it, and carry it out after what is sent next. A 503 is GAIA_HOME's own
        // only where it is made as its answers are: a proxy says 503 with a page, or with nothing, and some (Envoy) of a connection that broke under the request.
        502 or 504 or >= 520 => new LegacyAnswer.Unknown(LegacyTrouble.TimedOut, $"{method} was passed on, and answered {reply.Status} {reply.Text}"),
        503 when !reply.IsJson() => new LegacyAnswer.Unknown(LegacyTrouble.TimedOut, $"{method} was answered by a proxy: {reply.Status} {reply.Text}"),
        _ => new LegacyAnswer.Unknown(LegacyTrouble.ServerError, $"{method} answered {reply.Status} {reply.Text}"),
    };

    private static LegacyAnswer.Unknown? Success(LegacyReply reply)
    {
        if (reply.Body is null) return new(LegacyTrouble.TooLarge, $"The answer {reply.Status} was longer than allowed and not read");
        if (reply.Body.Length == 0) return null;
        using var json = reply.Json();
        if (json is null) return new(LegacyTrouble.NotJson, $"The answer {reply.Status} is {reply.MediaType} and no JSON: {reply.Text}");
        var root = json.RootElement;
        var denied = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("success", out var success) && success.ValueKind == JsonValueKind.False;
        return denied ? new(LegacyTrouble.ServerError, $"The answer {reply.Status} says that it failed: {reply.Text}") : null;
    }

    private static LegacyAnswer.Failed Failed(string code, HttpMethod method, LegacyReply reply) => new(code, $"{method} answered {reply.Status} {reply.Text}");
}
