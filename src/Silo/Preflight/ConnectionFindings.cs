using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Silo.Legacy;
using LegacyAuth = GaiaOrleans.Gateway.Legacy.LegacyAuth;

namespace GaiaOrleans.Silo.Preflight;

/// <summary>Whether GAIA_HOME can be reached, and read at all.</summary>
internal static class ConnectionFindings
{
    public static IEnumerable<Finding> Of(PreflightFacts facts, LegacyOptions configured)
    {
        if (facts.List is { Shape: null, Trouble: { } trouble } list) yield return NoList(facts, list, trouble, configured);
        if (facts.Health is { Status: not (>= 200 and < 300) } health && facts.Reachable)
            yield return Finding.Warning(
                "health_unusable", "GET /health does not say that GAIA_HOME is well, so this cluster will call it unreachable.",
                health.Status is { } status ? $"answered {status} {health.Answer}" : health.Trouble!.Reason,
                "Let GAIA_HOME, or the proxy before it, answer 200 at /health.");
    }

    private static Finding NoList(PreflightFacts facts, ListFacts list, Trouble trouble, LegacyOptions configured) => trouble.Code switch
    {
        LegacyTrouble.Unauthorized when configured.Auth == LegacyAuth.None => Finding.Blocker(
            "unauthorized", "GAIA_HOME wants a credential, and none is configured.", Challenged(list, facts),
            $"Set Legacy__Auth to {string.Join(", ", LegacyAuth.All.Where(a => a != LegacyAuth.None))} (as its clients do), and Legacy__Credential."),
        LegacyTrouble.Unauthorized => Finding.Blocker(
            "unauthorized", $"GAIA_HOME refuses the credential, sent as {configured.Auth}.", Challenged(list, facts),
            "Check Legacy__Credential, and whether Legacy__Auth is the way in which its clients show theirs."),
        LegacyTrouble.TimedOut => Finding.Blocker(
            "no_answer_in_time", "GAIA_HOME takes connections and does not answer the list.", trouble.Reason,
            "See what GAIA_HOME waits for. If its whole list really takes that long, set Preflight__TimeLimit and Legacy__ListTimeout higher."),
        _ when list.Status is null && !facts.Reachable => Finding.Blocker(
            "unreachable", "GAIA_HOME does not answer.", trouble.Reason, "Start it, and set Legacy__BaseUrl to the address under which the silos reach it."),
        _ when list.Status is >= 300 and < 400 => Finding.Blocker(
            "redirected", "GAIA_HOME answers with a redirect, which is not followed: it would show the credential to another address.",
            $"{list.Status} to {list.Location}", "Set Legacy__BaseUrl to the address that answers itself."),
        LegacyTrouble.TooLarge => Finding.Blocker(
            "list_too_large", "The list is longer than may be read.", trouble.Reason, "Set Legacy__MaxListBytes higher."),
        _ when list.Status is >= 500 || list.Status is null => Finding.Blocker("list_failed", "The list of sessions fails.", trouble.Reason, "See GAIA_HOME's own log."),
        _ => Finding.Blocker(
            "no_list", "GET /api/sessions answers no list of sessions.", trouble.Reason,
            "Does Legacy__BaseUrl point at GAIA_HOME, with the path it lives under, and at no login page before it?"),
    };

    private static string Challenged(ListFacts list, PreflightFacts facts) => $"{list.Status}{(facts.Auth?.Challenge is { } challenge ? $", WWW-Authenticate: {challenge}" : "")}";
}
