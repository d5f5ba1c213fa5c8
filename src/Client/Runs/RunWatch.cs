using System.Runtime.CompilerServices;
using System.Text.Json;
using GaiaOrleans.Client.Http;
using GaiaOrleans.Client.Output;
using GaiaOrleans.Client.Watching;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace GaiaOrleans.Client.Runs;

/// <summary>Shows a run until it ends; where nobody watches, also until it has paused, which no script can do anything about. Going away leaves it running.</summary>
internal sealed class RunWatch(Call call, string kind, Watch watch)
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    private JsonElement _last;

    public async Task<int> Follow(CancellationToken cancellationToken)
    {
        try
        {
            if (call.Output != OutputFormat.Table) await Documents(cancellationToken);
            else if (call.Terminal.Redraws) await call.Terminal.Redraw(Frames(cancellationToken));
            else await Lines(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            call.Terminal.Complain($"the {kind} run goes on without us; see it with: gaia runs {kind}, stop it with: gaia runs {kind} cancel");
            return ExitCode.Ok;
        }

        if (RunProgress.Clean(_last)) return ExitCode.Ok;
        call.Terminal.Complain(RunProgress.Line(_last, call.Time.GetUtcNow()));
        return ExitCode.Failed;
    }

    private async IAsyncEnumerable<Look<Answer>> Looks([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var look in watch.Follow(token => call.ControlPlane.Get($"/api/migration/runs/{kind}", token), cancellationToken))
        {
            _last = look.Seen?.Json ?? _last;
            yield return look;
            if (RunProgress.Ended(_last) || (RunProgress.Waits(_last) && !call.Terminal.CanAsk)) yield break;
        }
    }

    private async IAsyncEnumerable<IRenderable> Frames([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var look in Looks(cancellationToken))
        {
            var table = RunTable.Of([_last], call.Time.GetUtcNow(), call.Terminal.Unicode);
            var trouble = look.Trouble is null ? _last.Text("reason") : $"asking again: {look.Trouble}";
            yield return trouble is null or "" ? table : new Rows(table, Cell.Of(trouble, Cell.Bad));
        }
    }

    /// <summary>A line for each percent, each change of state, and at least now and then.</summary>
    private async Task Lines(CancellationToken cancellationToken)
    {
        (string? State, int? Percent)? shown = null;
        var shownAt = call.Time.GetTimestamp();
        await foreach (var look in Looks(cancellationToken))
        {
            if (look.Trouble is not null) call.Terminal.Complain($"asking again: {look.Trouble}");
            var now = (_last.Text("state"), RunProgress.Percent(_last));
            if (now == shown && call.Time.GetElapsedTime(shownAt) < Silence) continue;
            call.Terminal.Out.WriteLine(Cell.Clean(RunProgress.Line(_last, call.Time.GetUtcNow())));
            (shown, shownAt) = (now, call.Time.GetTimestamp());
        }
    }

    private async Task Documents(CancellationToken cancellationToken)
    {
        string? last = null;
        await foreach (var look in Looks(cancellationToken))
        {
            if (look.Trouble is not null) call.Terminal.Complain($"asking again: {look.Trouble}");
            if (look.Seen is not { } answer || answer.Body == last) continue;
            call.Terminal.Document(last = answer.Body, call.Output);
        }
    }
}
