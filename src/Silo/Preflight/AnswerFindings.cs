namespace GaiaOrleans.Silo.Preflight;

/// <summary>What GAIA_HOME would answer to writes, as far as reading shows, and to questions about what it does not have.</summary>
internal static class AnswerFindings
{
    private static readonly string[] Needed = ["PUT", "DELETE"];

    public static IEnumerable<Finding> Of(PreflightFacts facts)
    {
        if (facts.UnknownId is { } unknown && Unknown(unknown) is { } finding) yield return finding;
        if (facts.Methods is { } methods)
            foreach (var found in Methods(methods))
                yield return found;
        if (facts.Reads is { } reads && (reads.Etag || reads.LastModified))
            yield return Finding.Info(
                "validators_unused", "GAIA_HOME sends validators of its own; this cluster compares documents and does not ask for them.",
                string.Join(", ", new[] { reads.Etag ? "ETag" : null, reads.LastModified ? "Last-Modified" : null }.OfType<string>()));
    }

    private static Finding? Unknown(Look look)
    {
        if (look is { Status: 404, FromResource: true }) return null;
        if (look.Status is null or >= 500)
            return Finding.Warning("unknown_id_failed", "Asking for a session that does not exist fails.", look.Trouble?.Reason ?? $"answered {look.Status} {look.Answer}", "See GAIA_HOME's log: it must answer 404 with JSON or nothing.");
        return Finding.Blocker(
            "absence_unclear", "A session that does not exist is not answered 404 by GAIA_HOME itself: it looks like an outage, and new sessions would be refused.",
            $"answered {look.Status} {look.Answer}", "Answer 404 with JSON or an empty body for an unknown id.");
    }

    private static IEnumerable<Finding> Methods(MethodFacts methods)
    {
        var session = Allowed(methods.Session);
        var collection = Allowed(methods.Collection);
        if (session is null || collection is null)
            yield return Finding.Info(
                "methods_untold", "OPTIONS does not say which methods are allowed.", $"sessions {Answered(methods.Collection)}, one session {Answered(methods.Session)}",
                "Whether PUT, POST and DELETE work shows with the first session: try one of your own before dual-write.");
        if (session is not null)
            foreach (var method in Needed.Except(session))
                yield return Finding.Blocker(
                    $"{method.ToLowerInvariant()}_not_allowed", $"GAIA_HOME does not allow {method} of a session, so dual-write could not keep it up to date.",
                    $"Allow: {methods.Session.Allow}", $"Let GAIA_HOME, or the proxy before it, allow {method} /api/sessions/{{id}}.");
        if (collection is not null && !collection.Contains("POST"))
            yield return Finding.Warning(
                "post_not_allowed", "GAIA_HOME does not allow POST of sessions. New ones are then sent by PUT, and whether that creates cannot be seen by reading.",
                $"Allow: {methods.Collection.Allow}", "Create one session of your own by PUT before dual-write.");
    }

    private static HashSet<string>? Allowed(Look look) =>
        look.Allow?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(m => m.ToUpperInvariant()).ToHashSet();

    private static string Answered(Look look) => look.Status?.ToString() ?? look.Trouble?.Code ?? "-";
}
