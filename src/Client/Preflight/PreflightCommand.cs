using System.CommandLine;
using GaiaOrleans.Client.Http;
using GaiaOrleans.Client.Output;

namespace GaiaOrleans.Client.Preflight;

/// <summary>Whether GAIA_HOME can be migrated, before anything is.</summary>
internal static class PreflightCommand
{
    private const string StandardInput = "-";

    // The server's own limit is 30 s, and may be configured to be longer.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(11);

    public static Command Create(Gaia gaia)
    {
        var sample = new Option<int?>("--sample", "-n")
        {
            Description = "How many listed sessions to look at (default: 2000)",
            HelpName = "N",
            CustomParser = result => Numbers.Whole(result, "--sample", 1, 1_000_000),
        };
        var from = new Option<string?>("--from")
        {
            Description = "Show a report that was made without a cluster, from a file or - for the input",
            HelpName = "FILE",
        };
        var command = new Command("preflight", "Look at GAIA_HOME without changing it: can it be migrated, and with which settings? (exit code 1 if not)") { sample, from };
        gaia.Handle(command, async (call, cancellationToken) =>
        {
            var answer = call.Get(from) is { } file
                ? await Read(call, file, cancellationToken)
                : await call.ControlPlane.Get(Query.With("/api/migration/preflight", ("sample", call.Get(sample))), cancellationToken, Patience);
            call.Show(answer, PreflightPage.Of);
            return answer.Json.Text("verdict") is "ready" or "ready_with_notes" ? ExitCode.Ok : ExitCode.Failed;
        });
        return command;
    }

    private static async Task<Answer> Read(Call call, string file, CancellationToken cancellationToken)
    {
        try
        {
            var text = file == StandardInput ? await call.Terminal.In.ReadToEndAsync(cancellationToken) : await File.ReadAllTextAsync(file, cancellationToken);
            if (JsonText.TryParse(text, out var json) && json.Text("verdict") is not null) return new(200, text, json, new Dictionary<string, string>());
            throw new UsageException("--from is to hold the report of a preflight as JSON, and does not.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--from cannot be read: {e.Message}");
        }
    }
}
