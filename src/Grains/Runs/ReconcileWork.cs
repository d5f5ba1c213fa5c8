using System.Globalization;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Runs;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Sessions;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Grains.Runs;

/// <summary>
/// Walks over both sides again and again and picks up what others changed on legacy. Only hashes are compared here; what differs is for its
/// session to look at. Absence from a list decides nothing: a session is gone when its own read said so twice, a minute apart.
/// </summary>
public sealed class ReconcileWork(ILegacySessions legacy, ISessionStore store, IGrainFactory grains, TimeProvider time, IOptions<RunOptions> options) : IRunWork
{
    private const int RowsPerPage = 1_000;
    private const string RowsFrom = "rows>", FirstFrom = "absent>";

    // Each is asked for with a read of its own: after a legacy that restarts and shows less for a while they are many, and it is just coming up.
    private const int AbsentPerPage = 1_000;
    private const int DeletesAtLeast = 10;
    private const double DeletesShare = 0.001;

    private readonly PageAhead _pages = new(legacy, time);
    private readonly SeenSessions _listed = new();
    private readonly AbsentSessions _absent = new(time, options.Value.AbsentFor);
    private readonly HashSet<string> _absentNow = [];
    private long _rows;

    // Something could not be looked at in this walk.
    private bool _missed;

    // With why: a walk that finds it so again has nothing new to tell.
    private readonly Dictionary<string, string> _unread = [];
    private readonly HashSet<string> _failed = [];

    // What a dry run would have looked into.
    private readonly HashSet<string> _different = [];
    private readonly LegacyOutage _outage = new(legacy);
    private IReadOnlyList<string> _first = [];

    public TimeSpan Rest { get; private set; }

    public long Looked { get; private set; }

    // What was seen of a walk is in memory only: a new activation walks from the start.
    public RunStatus Begin(RunStatus stored) => stored with { Cursor = null };

    public async Task<RunStatus> Page(RunStatus status, CallTimes times, CancellationToken cancellationToken)
    {
        Rest = TimeSpan.Zero;
        if (status.Cursor is null)
        {
            status = status with { PassStartedAt = time.GetUtcNow() };
            _different.Clear();
        }

        return status.Cursor?.StartsWith(FirstFrom, StringComparison.Ordinal) is true ? await AbsentPage(status, times, cancellationToken)
            : status.Cursor?.StartsWith(RowsFrom, StringComparison.Ordinal) is true ? await RowPage(status, times, cancellationToken)
            : await LegacyPage(status, times, cancellationToken);
    }

    public Task<(RunStatus Status, LedgerEntry Entry)> Retry(RunStatus status, string sessionId, CancellationToken cancellationToken) =>
        throw new NothingToRetryException(status.Kind, sessionId);

    private async Task<RunStatus> LegacyPage(RunStatus status, CallTimes times, CancellationToken cancellationToken)
    {
        var page = await _pages.Take(status.Cursor, times, cancellationToken);
        var known = page.Sessions.Where(s => s.Id is not null).ToList();
        var marks = (await times.MeasureRows(known.Count, () => store.Marks([.. known.Select(s => s.Id!)], cancellationToken))).ToDictionary(m => m.Id);
        var changed = known.Where(s => Changed(s, marks.GetValueOrDefault(s.Id!))).Select(s => s.Id!).ToList();
        var mends = await Mend(status, changed, absenceConfirmed: false, times, cancellationToken);
        foreach (var listed in known) _listed.Add(listed.Id!);
        Looked += page.Sessions.Count;
        return Count(status, changed, mends) with
        {
            Listed = status.Listed + page.Sessions.Count,
            Done = status.Done + page.Sessions.Count,
            Cursor = page.Next ?? RowsFrom,
        };
    }

    private async Task<RunStatus> RowPage(RunStatus status, CallTimes times, CancellationToken cancellationToken)
    {
        var after = status.Cursor![RowsFrom.Length..];
        var rows = await store.Marks(after.Length == 0 ? null : after, RowsPerPage, cancellationToken);
        var all = _rows + rows.Count;
        _absentNow.UnionWith(rows.Where(r => r.InSync && !_listed.Contains(r.Id)).Select(r => r.Id));
        if (rows.Count < RowsPerPage) return await EndOfWalk(status, all, times, cancellationToken);
        _rows = all;
        return status with { Cursor = RowsFrom + rows[^1].Id };
    }

    private async Task<RunStatus> EndOfWalk(RunStatus status, long all, CallTimes times, CancellationToken cancellationToken)
    {
        var confirmed = _absent.Confirmed(_absentNow);
        if (confirmed.Count > Math.Max(Math.Max(DeletesAtLeast, (long)(all * DeletesShare)), status.Consented))
        {
            EndWalk();
            return status with
            {
                State = RunState.Paused,
                Cursor = null,
                Held = confirmed.Count,
                Reason = $"{confirmed.Count} of {all} sessions are gone from GAIA_HOME. If that is meant, resume the run and they are deleted here; if not, cancel it and look at GAIA_HOME.",
            };
        }

        var deleted = await Mend(status, confirmed, absenceConfirmed: true, times, cancellationToken);
        Looked += confirmed.Count;
        foreach (var id in confirmed) _absent.Forget(id);
        _first = [.. _absentNow.Where(id => !_absent.Knows(id)).Except(confirmed)];
        return Count(status, confirmed, deleted) with
        {
            Cursor = FirstFrom + 0,
            Held = 0,
            // Consent is for the deletions that were shown: it waits until they have lasted long enough again, and is used up by them.
            Consented = deleted.Count > 0 ? 0 : status.Consented,
        };
    }

    /// <summary>Those that the list lacks for the first time: gone from now on if legacy itself says so.</summary>
    private async Task<RunStatus> AbsentPage(RunStatus status, CallTimes times, CancellationToken cancellationToken)
    {
        var done = int.Parse(status.Cursor.AsSpan(FirstFrom.Length), CultureInfo.InvariantCulture);
        var portion = _first.Skip(done).Take(AbsentPerPage).ToList();
        var looked = await Mend(status, portion, absenceConfirmed: false, times, cancellationToken);
        Looked += portion.Count;
        foreach (var (id, mend) in portion.Zip(looked))
            if (mend is { Status: SessionMend.Absent })
                _absent.Gone(id);
        status = Count(status, portion, looked);
        if (done + portion.Count < _first.Count) return status with { Cursor = FirstFrom + (done + portion.Count).ToString(CultureInfo.InvariantCulture) };
        var seen = _missed ? status.SeenUntil : status.PassStartedAt;
        EndWalk();
        Rest = options.Value.ReconcileEvery;
        // And it ends when legacy has all of them again.
        return status with { Cursor = null, Passes = status.Passes + 1, SeenUntil = seen, Consented = _absent.Any ? status.Consented : 0 };
    }

    private void EndWalk()
    {
        _listed.Clear();
        _absentNow.Clear();
        _first = [];
        (_rows, _missed) = (0, false);
    }

    private RunStatus Count(RunStatus status, IReadOnlyList<string> ids, IReadOnlyList<SessionMend?> mends)
    {
        _missed |= mends.Contains(null);
        var failed = 0;
        foreach (var (id, mend) in ids.Zip(mends))
        {
            if (mend is null)
            {
                if (_failed.Add(id)) failed++;
            }
            else if (_failed.Remove(id))
            {
                _unread.Remove(id);
            }
        }

        _outage.Over();
        return status with
        {
            Mismatched = _different.Count,
            Repaired = status.Repaired + mends.Count(m => m is { Status: SessionMend.Adopted or SessionMend.Settled }),
            Pending = mends.Count(m => m is { Status: SessionMend.Pending }),
            Failed = status.Failed + failed,
        };
    }

    private bool Changed(LegacyListed listed, SessionMark? mark)
    {
        if (mark is null) return true;
        if (!mark.InSync) return false; // its own change is under way, or waits for an operator
        try
        {
            return legacy.Understand(listed.Id!, listed.Raw).Hash != mark.LegacyHash;
        }
        catch (InvalidInputException)
        {
            return true;
        }
    }

    private async Task<IReadOnlyList<SessionMend?>> Mend(RunStatus status, IReadOnlyList<string> ids, bool absenceConfirmed, CallTimes times, CancellationToken cancellationToken)
    {
        if (status.DryRun)
        {
            _different.UnionWith(ids);
            return [.. ids.Select(_ => new SessionMend(SessionMend.Different, 0))];
        }

        var unanswered = new List<(string Id, string Code, string Reason)>();
        var mends = await FanOut.Each(ids, status.Parallel, id => times.Measure(async () =>
        {
            try
            {
                return await FanOut.Retrying(() => grains.GetGrain<ISessionGrain>(id).Mend(MendScope.PickUp, absenceConfirmed, cancellationToken));
            }
            // Nor what it made of a request that it has answered with an error ever since: of all sessions that is an outage, and of one it is that session.
            catch (GaiaException e) when (e is LegacyUnavailableException or OutcomeUnknownException)
            {
                unanswered.Add((id, e is LegacyUnavailableException ? LegacyTrouble.Unavailable : e.Code, e.Message));
                return (SessionMend?)null;
            }
            // One session that cannot be looked at fails alone; the next walk looks again.
            catch (Exception e) when (e is not OperationCanceledException and not BlockedException && !FanOut.Passing(e))
            {
                Report(id, (e as GaiaException)?.Code ?? "unreadable", e.Message);
                return (SessionMend?)null;
            }
        }));
        await _outage.Refuse(unanswered.Count > 0, cancellationToken);
        foreach (var (id, code, reason) in unanswered) Report(id, code, reason);
        return mends;
    }

    private void Report(string id, string code, string message)
    {
        if (_unread.TryGetValue(id, out var said) && said == code) return;
        _unread[id] = code;
        store.Report(new(id, Side.Python.Wire(), IRunGrain.Reconcile, code, message, 1, 0));
    }
}
