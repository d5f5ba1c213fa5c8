using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;

namespace GaiaOrleans.Grains.Sessions;

/// <summary>The part of the grain that looks on: it runs beside changes and sends, so it judges only what stood still from before its read until after it.</summary>
public sealed partial class SessionGrain
{
    // An activation that must go waits for its calls: legacy's own, longer timeouts would hold up whoever waits for the next one.
    private static readonly TimeSpan ShadowPatience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShadowReminder = TimeSpan.FromMinutes(1);

    private (long At, IReadOnlyList<ValidationError> Errors) _shown = (0, []);

    public async Task<ShadowVerdict> Shadow(long epoch, long version, CancellationToken cancellationToken)
    {
        if (legacy.Circuit != "closed") return ShadowVerdict.Refused;
        var row = _row;
        if (row.Version != version || !await StandsStill(row, epoch, cancellationToken)) return ShadowVerdict.Moved;
        using var patience = new CancellationTokenSource(ShadowPatience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await Shadow(row, epoch, either.Token);
        }
        catch (LegacyUnavailableException)
        {
            return ShadowVerdict.Failed;
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            return ShadowVerdict.Failed;
        }
    }

    private async Task<ShadowVerdict> Shadow(SessionRow row, long epoch, CancellationToken cancellationToken)
    {
        var first = await Look(cancellationToken);
        if (!await StandsStill(row, epoch, cancellationToken)) return ShadowVerdict.Moved;
        var (once, noise) = SessionComparer.Compare(row, first, rules);
        if (once.Status == SessionComparison.Equal)
        {
            instruments.OnNoise(noise);
            return await Agreed(cancellationToken);
        }

        var second = await Look(cancellationToken);
        // What is stored decides, not what is remembered here: another activation may have taken the session over.
        if ((await store.Load(Id, cancellationToken)).Row.CommitId != row.CommitId || !await StandsStill(row, epoch, cancellationToken)) return ShadowVerdict.Moved;
        if ((first.Document is null) != (second.Document is null)) return ShadowVerdict.Moved;
        var unsteady = ShadowBaseline.Unsteady(first, second, rules);
        instruments.OnBaseline(unsteady);
        var (twice, excused) = SessionComparer.Compare(row, second, rules);
        instruments.OnNoise(excused);
        var lasting = twice.Differences.Where(d => !unsteady.Contains(d.Field)).ToList();
        if (lasting.Count == 0) return await Agreed(cancellationToken);
        Show([.. lasting.Select(d => ValidationError.Of(Id, d, row.Version) with { Source = ValidationError.Shadow })]);
        return ShadowVerdict.Different;
    }

    /// <summary>What this activation reported is mended; what an earlier one did, the next complete verification closes.</summary>
    private async Task<ShadowVerdict> Agreed(CancellationToken cancellationToken)
    {
        if (_shown.Errors.Count == 0) return ShadowVerdict.Equal;
        await store.CloseShadow(Id, cancellationToken);
        _shown = (0, []);
        return ShadowVerdict.Equal;
    }

    /// <summary>Nothing is on its way to legacy, and nothing has been since <paramref name="row"/>: every send follows a commit of its own.</summary>
    private async ValueTask<bool> StandsStill(SessionRow row, long epoch, CancellationToken cancellationToken)
    {
        var rollout = await lease.Current(cancellationToken);
        return rollout.Epoch == epoch && Compares(rollout) && _row.CommitId == row.CommitId
            && _row is { InSync: true, Disputed: false } && _foreign is null && _sending.IsCompleted && !SessionRules.NeedsAdoption(_row, rollout);
    }

    /// <summary>With dual-write off before cutover, or about to be switched, clients may change legacy past the session.</summary>
    private static bool Compares(RolloutState rollout) => rollout.FeedsLegacy && !rollout.DualWrite.Closing && (rollout.DualWrite.Enabled || rollout.AfterCutover);

    /// <summary>A session that is read all the time is reported now and then, not with every read.</summary>
    private void Show(IReadOnlyList<ValidationError> errors)
    {
        if (_shown.Errors.SequenceEqual(errors) && time.GetElapsedTime(_shown.At) < ShadowReminder) return;
        _shown = (time.GetTimestamp(), errors);
        foreach (var error in errors) store.ReportInvalid(error);
    }
}
