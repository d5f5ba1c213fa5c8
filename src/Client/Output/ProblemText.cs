using GaiaOrleans.Client.Http;

namespace GaiaOrleans.Client.Output;

/// <summary>A refusal in words, with the blockers as a table and what to do about it.</summary>
internal static class ProblemText
{
    private static readonly Dictionary<string, string> Advice = new()
    {
        ["unauthorized"] = "give a key with --token or GAIA_TOKEN",
        ["forbidden"] = "this needs a key with a higher role",
        ["reason_required"] = "say why with --reason",
        ["epoch_mismatch"] = "look again with: gaia status",
        ["run_active"] = "see it with: gaia runs; stop it with: gaia runs KIND cancel",
        ["gateway_unreachable"] = "see them with: gaia gateways; a dead one: gaia gateways remove ID",
        ["unknown_conflict"] = "see them with: gaia conflicts list",
        ["already_resolved"] = "see by whom with: gaia conflicts show ID",
        ["pending_writes"] = "wait until this shows none: gaia lag; and decide what is open: gaia conflicts list --resolved false",
    };

    /// <summary>json and yaml get the server's document on the output as well, so that a script can read why.</summary>
    public static void Write(ProblemException refusal, OutputFormat format, Terminal terminal)
    {
        var problem = refusal.Problem;
        terminal.Complain(Line(problem));
        foreach (var (field, messages) in problem.Errors)
        {
            foreach (var message in messages)
                terminal.Error.WriteLine(Cell.Clean($"  {field}: {message}"));
        }

        if (AdviceFor(problem) is { } advice) terminal.Error.WriteLine($"  {advice}");
        if (format != OutputFormat.Table && JsonText.TryParse(problem.Body, out _))
            terminal.Document(problem.Body, format);
        else if (problem.Blockers.Count > 0)
            terminal.WriteError(Blockers.Of(problem.Blockers));
    }

    private static string Line(Problem problem)
    {
        var detail = string.IsNullOrWhiteSpace(problem.Detail) || problem.Detail == problem.Title ? "" : $": {problem.Detail}";
        var code = problem.Code is null ? "" : $" ({problem.Code})";
        return $"{problem.Title}{detail}{code}";
    }

    private static string? AdviceFor(Problem problem) => problem switch
    {
        { Code: { } code } when Advice.TryGetValue(code, out var advice) => advice,
        { Code: null, Status: 401 } => Advice["unauthorized"],
        { Code: null, Status: 403 } => Advice["forbidden"],
        { Code: null, Status: 404 } => "this server has no such endpoint; --url or GAIA_URL names a silo",
        _ => null,
    };
}
