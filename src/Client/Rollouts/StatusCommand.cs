using System.CommandLine;
using System.Runtime.CompilerServices;
using GaiaOrleans.Client.Http;
using GaiaOrleans.Client.Output;
using GaiaOrleans.Client.Watching;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace GaiaOrleans.Client.Rollouts;

/// <summary>The whole migration on one screen.</summary>
internal static class StatusCommand
{
    public static Command Create(Gaia gaia)
    {
        var watch = Watch.Option("Keep looking, redrawing in place, until Ctrl-C");
        var interval = Watch.Interval();
        var command = new Command("status", "Phase, split, dual-write, lag, runs and cluster on one screen") { watch, interval };
        gaia.Handle(command, async (call, cancellationToken) =>
        {
            if (call.Get(watch)) return await Keep(call, Watch.Of(call, interval), cancellationToken);
            if (call.Output == OutputFormat.Table) call.Terminal.Write((await Look(call, cancellationToken)).Render(call));
            else call.Show(await Status(call, cancellationToken), json => Facts.Of(json));
            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task<int> Keep(Call call, Watch watch, CancellationToken cancellationToken)
    {
        try
        {
            if (call.Output != OutputFormat.Table) await Documents(call, watch, cancellationToken);
            else if (call.Terminal.Redraws) await call.Terminal.Redraw(Frames(call, watch, cancellationToken));
            else await Pages(call, watch, cancellationToken);
        }
        // Ctrl-C is how a watch ends.
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }

        return ExitCode.Ok;
    }

    private static async IAsyncEnumerable<IRenderable> Frames(Call call, Watch watch, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        StatusPage? last = null;
        await foreach (var look in watch.Follow(token => Look(call, token), cancellationToken))
        {
            last = look.Seen ?? last;
            var page = last!.Render(call);
            yield return look.Trouble is null ? page : new Rows(page, Cell.Of($"asking again: {look.Trouble}", Cell.Bad));
        }
    }

    /// <summary>A page each time that something has changed.</summary>
    private static async Task Pages(Call call, Watch watch, CancellationToken cancellationToken)
    {
        StatusPage? last = null;
        await foreach (var look in watch.Follow(token => Look(call, token), cancellationToken))
        {
            if (look.Trouble is not null) call.Terminal.Complain($"asking again: {look.Trouble}");
            if (look.Seen is not { } page || page.SameAs(last)) continue;
            if (last is not null) call.Terminal.Out.WriteLine();
            call.Terminal.Write(page.Render(call));
            last = page;
        }
    }

    private static async Task Documents(Call call, Watch watch, CancellationToken cancellationToken)
    {
        string? last = null;
        await foreach (var look in watch.Follow(token => Status(call, token), cancellationToken))
        {
            if (look.Trouble is not null) call.Terminal.Complain($"asking again: {look.Trouble}");
            if (look.Seen is not { } answer || answer.Body == last) continue;
            call.Terminal.Document(last = answer.Body, call.Output);
        }
    }

    private static Task<Answer> Status(Call call, CancellationToken cancellationToken) => call.ControlPlane.Get("/api/migration/status", cancellationToken);

    private static async Task<StatusPage> Look(Call call, CancellationToken cancellationToken)
    {
        var status = await Status(call, cancellationToken);
        try
        {
            var cluster = await call.ControlPlane.Get("/api/cluster/health", cancellationToken);
            return new(status, cluster, null);
        }
        // The rest of the page stands without it, and says what is missing.
        catch (ProblemException e)
        {
            return new(status, null, e.Message);
        }
    }
}
