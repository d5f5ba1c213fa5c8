using GaiaOrleans.Contracts.Guard;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Grains.Windows;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Grains.Guard;

/// <summary>Reads the windows, asks the rules, and acts through the rollout's own grain. A breach is a verdict of pause: it is marked in the windows for as long as it stands.</summary>
[GrainType("gaia.guard")]
public sealed partial class GuardGrain(
    IWindowStore windows, IGuardStore store, IRolloutStore rollout, IOptions<GuardOptions> options, ILogger<GuardGrain> logger) : Grain, IGuardGrain, IRemindable
{
    private const string Reminder = "guard";
    private const int Milestones = 100;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private GuardStatus _status = new(GuardRules.Nothing, null);
    private (long Incarnation, long Epoch)? _seen;
    private DateTimeOffset? _resumedAt;
    private DateTimeOffset? _answered;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (await store.Newest(1, cancellationToken) is [var last]) _status = new(last.Reading, last.At);
        // Whoever asks wakes it; the reminder does when nobody asks.
        await this.RegisterOrUpdateReminder(Reminder, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1), cancellationToken);
        this.RegisterGrainTimer(Tick, new GrainTimerCreationOptions { DueTime = Period, Period = Period, KeepAlive = true });
    }

    public Task ReceiveReminder(string reminderName, TickStatus status) => Task.CompletedTask;

    public Task<GuardStatus> Status(CancellationToken cancellationToken) => Task.FromResult(_status);

    public async Task<GuardStatus> Evaluate(CancellationToken cancellationToken)
    {
        var now = await windows.Now(cancellationToken);
        var state = (await rollout.Read(cancellationToken)).State;
        await NoticeResume(state, now, cancellationToken);
        var since = GuardRules.Since(now, _resumedAt, options.Value);
        var sums = await windows.Sums(since, now, cancellationToken);
        // What stood when an operator resumed has been answered: it does not linger.
        var answered = _resumedAt != _answered && _resumedAt > _status.Since;
        var before = _status.Reading.Verdict;
        var reading = GuardRules.Judge(answered ? GuardVerdict.Insufficient : before, sums, since < now ? now - since : TimeSpan.Zero, options.Value);
        if (reading.Verdict == GuardVerdict.Pause) await windows.MarkBreach(now, cancellationToken);
        if (reading.Verdict != before || answered || _status.Since is null)
        {
            await store.Add(new(now, GuardEntry.Turned, before, reading), cancellationToken);
            LogTurned(logger, before, reading.Verdict, reading.Observed);
            (_status, _answered) = (new(reading, now), _resumedAt);
        }
        else
        {
            _status = _status with { Reading = reading };
        }

        if (reading.Verdict == GuardVerdict.Pause) await Pause(reading, sums, state, now, cancellationToken);
        return _status;
    }

    private async Task Pause(GuardReading reading, WindowSums sums, RolloutState state, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var caller = new Caller("guard", $"guard: {reading.Observed}");
        var grain = GrainFactory.GetGrain<IRolloutGrain>(IRolloutGrain.Key);
        if (state.Paused is null)
        {
            await grain.Pause(caller, cancellationToken);
            await store.Add(new(now, GuardEntry.Paused, reading.Verdict, reading), cancellationToken);
        }

        if (!options.Value.AutoRollback || !GuardRules.TargetIsToBlame(sums, options.Value)) return;
        // From what is stored: whoever paused may have been lost before it went back.
        var history = await rollout.Milestones(Milestones, cancellationToken);
        if (!GuardRules.OwesStep(caller.Actor, history) || GuardRules.PercentageBefore(state.GoPercentage, history) is not { } percentage) return;
        await grain.Rollback(new(percentage, caller), cancellationToken);
        await store.Add(new(now, GuardEntry.WentBack, reading.Verdict, reading, percentage), cancellationToken);
    }

    private async Task NoticeResume(RolloutState state, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (_seen == (state.Incarnation, state.Epoch)) return;
        _resumedAt = GuardRules.ResumedAt(await rollout.Milestones(Milestones, cancellationToken), now);
        _seen = (state.Incarnation, state.Epoch);
    }

    private async Task Tick(CancellationToken cancellationToken)
    {
        try
        {
            await Evaluate(cancellationToken);
        }
        // The next look comes in five seconds, and finds what this one could not finish.
        catch (Exception e) when (Unanswered.OrRefused(e, cancellationToken))
        {
            LogNotSeen(logger, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "migration guard: {Before} -> {Verdict}: {Observed}")]
    private static partial void LogTurned(ILogger logger, GuardVerdict before, GuardVerdict verdict, string observed);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The guard could not look or act: {Reason}")]
    private static partial void LogNotSeen(ILogger logger, string reason);
}
