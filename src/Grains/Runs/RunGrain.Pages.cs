using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Runs;
using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Grains.Telemetry;

namespace GaiaOrleans.Grains.Runs;

/// <summary>Page after page, as fast as the rate, the pace and whoever holds it allow.</summary>
public sealed partial class RunGrain
{
    private void Count() => (_pagesStarted, _doneBefore, _lookedBefore, _stood, _rest) = (time.GetTimestamp(), Run.Done, _work?.Looked ?? 0, false, RunRest.None);

    private async Task Pages(CancellationToken cancellationToken)
    {
        var (begun, halt) = (time.GetTimestamp(), _halt);
        await using var ended = cancellationToken.UnsafeRegister(static halt => ((CancellationTokenSource)halt!).Cancel(), halt);
        try
        {
            while (await Page(halt.Token) && time.GetElapsedTime(begun) < Turn) { }
        }
        // Given up for somebody who is next. Should what he wants fail, the page is done again.
        catch (Exception) when (halt.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            _halt = new();
            Held(WhilePaused);
        }
    }

    /// <returns>The next may follow at once.</returns>
    private async Task<bool> Page(CancellationToken cancellationToken)
    {
        try
        {
            var active = membership.CurrentSnapshot.Members.Values.Count(m => m.Status == SiloStatus.Active);
            if (RunHold.Of(Run, await lease.Current(cancellationToken), active, gaia.Value) is { } why)
            {
                _stood = true;
                // Shown only: where it is stored that is said already.
                stored.State.Run = Run with { Reason = why, Eta = null };
                return !Held(WhilePaused);
            }

            // What was not done while it stood still is not caught up.
            if (_stood) Count();
            var next = _finished ??= await Next(cancellationToken);
            _attempts = 0;
            var elapsed = time.GetElapsedTime(_pagesStarted);
            var rate = elapsed > TimeSpan.Zero ? Math.Round((next.Done - _doneBefore) / elapsed.TotalSeconds, 1) : 0;
            await Progress(next with
            {
                Parallel = _pace!.Parallel,
                RateLimit = Run.RateLimit,
                RatePerS = rate,
                // Of a further walk nobody knows how much there is to do.
                Eta = next is { State: RunState.Running, Passes: 0, Total: { } total } && rate > 0 ? time.GetUtcNow().AddSeconds(Math.Max(0, total - next.Done) / rate) : null,
                FinishedAt = next.State == RunState.Completed ? time.GetUtcNow() : null,
                Reason = next.State == RunState.Running ? null : next.Reason,
            });
            _finished = null;
            _stood = _work!.Rest > TimeSpan.Zero;
            if (Run.State != RunState.Running)
            {
                Stop();
                return false;
            }

            _rest = _rest.After(_work.Looked - _lookedBefore, Run.RateLimit, elapsed, _yields);
            return !Held(_rest.Length > _work.Rest ? _rest.Length : _work.Rest);
        }
        // Also what somebody else has cancelled, who is not asked for here.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            await Retry(e);
            return false;
        }
    }

    private async Task<RunStatus> Next(CancellationToken cancellationToken)
    {
        var times = new CallTimes(time);
        // Asked beside the page, not after it.
        var lag = sessions.Lag(cancellationToken);
        var next = await _work!.Page(Run with { Parallel = _pace!.Parallel, Reason = null }, times, cancellationToken);
        var oldest = await Oldest(lag);
        _pace = _pace.After(times.Taken, _yields, oldest, options.Value.LagLimit);
        _yields = _pace.RestAfter(times.Bulk);
        return next;
    }

    /// <summary>How far legacy is behind. Not to know it is no reason to do a page again.</summary>
    private static async Task<TimeSpan> Oldest(Task<SyncLag> lag)
    {
        try
        {
            return (await lag).Oldest;
        }
        catch (GaiaException)
        {
            return TimeSpan.Zero;
        }
    }

    private async Task Retry(Exception cause)
    {
        _stood = true;
        LogPageFailed(logger, Kind, ++_attempts, cause.Message);
        // Before anything that may fail as well.
        Held(TimeSpan.FromSeconds(Math.Min(5, 0.2 * _attempts)));
        if (_attempts >= options.Value.PageAttempts)
        {
            await Save(Run with { State = RunState.Paused, Reason = cause.Message });
            Stop();
            return;
        }

        if (Run.Reason != cause.Message) await Save(Run with { Reason = cause.Message });
    }

    /// <returns>Whether there is anything to wait for before the next page.</returns>
    private bool Held(TimeSpan delay)
    {
        if (delay <= TimeSpan.Zero) return false;
        _timer?.Change(delay, Tick);
        return true;
    }

    private async Task Progress(RunStatus next)
    {
        if (next.State == RunState.Running && time.GetElapsedTime(_savedAt) < (_work!.Resumes ? CursorEvery : ProgressEvery))
        {
            stored.State.Run = next;
            return;
        }

        Steps.Reach(Steps.RunPageDone);
        await Save(next);
        Steps.Reach(Steps.RunStored);
    }
}
