using System.CommandLine;
using GaiaOrleans.Client.Watching;

namespace GaiaOrleans.Client.Runs;

/// <summary>What starting a run of any kind has in common.</summary>
internal static class RunStart
{
    public static Option<int?> Rate() => new("--rate")
    {
        Description = "Sessions per second at most (default: as fast as both sides allow)",
        HelpName = "N",
        CustomParser = result => Numbers.Whole(result, "--rate", 1, 1_000_000),
    };

    public static async Task<int> Start(Call call, string kind, object body, Watch? watch, CancellationToken cancellationToken)
    {
        var answer = await call.ControlPlane.Post("/api/migration/runs", body, cancellationToken);
        if (watch is not null) return await new RunWatch(call, kind, watch).Follow(cancellationToken);
        call.Show(answer, json => RunTable.Of([json], call.Time.GetUtcNow(), call.Terminal.Unicode));
        return ExitCode.Ok;
    }
}
