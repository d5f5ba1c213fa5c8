using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Runs;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Sessions;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Grains.Runs;

/// <summary>
/// First the legacy list against the rows, then the rows against the ids that legacy listed. Only what differs, or is on one side only, goes to
/// its session, which compares between two of its writes with a read of its own: what it calls different is different.
/// </summary>
public sealed class VerifyWork(ILegacySessions legacy, ISessionStore store, IGrainFactory grains, IOptions<RunOptions> options) : IRunWork
{
    private const int RowsPerPage = 1_000;
    private const string RowsFrom = "rows>";
    private readonly HashSet<ulong> _listed = [];

    // The ids seen so far are in memory only: without them the rows cannot be checked, so a new activation starts again.
    public RunStatus Begin(RunStatus stored) =>
        stored with { Cursor = null, Listed = 0, Done = 0, Mismatched = 0, Pending = 0, Failed = 0 };

    public Task<RunStatus> Page(RunStatus status, CancellationToken cancellationToken) =>
        status.Cursor?.StartsWith(RowsFrom, StringComparison.Ordinal) is true ? RowPage(status, cancellationToken) : LegacyPage(status, cancellationToken);

    private async Task<RunStatus> LegacyPage(RunStatus status, CancellationToken cancellationToken)
    {
        var page = await legacy.List(status.Cursor, cancellationToken);
        var known = page.Sessions.Where(s => s.Id is not null).ToList();
        var rows = (await store.Find([.. known.Select(s => s.Id!)], cancellationToken)).ToDictionary(r => r.Id);
        foreach (var listed in known) _listed.Add(Mark(listed.Id!));
        var suspects = known.Where(s => !Equal(s, rows.GetValueOrDefault(s.Id!))).Select(s => s.Id!).ToList();
        var verdicts = await Ask(suspects, cancellationToken);
        return Count(status, verdicts) with
        {
            Listed = status.Listed + page.Sessions.Count,
            Done = status.Done + page.Sessions.Count,
            Failed = status.Failed + verdicts.Count(v => v == SessionComparison.Unverified) + page.Sessions.Count - known.Count,
            Cursor = page.Next ?? RowsFrom,
        };
    }

    private async Task<RunStatus> RowPage(RunStatus status, CancellationToken cancellationToken)
    {
        var after = status.Cursor![RowsFrom.Length..];
        var rows = await store.List(after.Length == 0 ? null : after, RowsPerPage, null, null, cancellationToken);
        var extra = rows.Where(r => !_listed.Contains(Mark(r.Id))).Select(r => r.Id).ToList();
        var verdicts = await Ask(extra, cancellationToken);
        var last = rows.Count < RowsPerPage;
        return Count(status, verdicts) with
        {
            Done = status.Done + extra.Count,
            Failed = status.Failed + verdicts.Count(v => v == SessionComparison.Unverified),
            Cursor = last ? null : RowsFrom + rows[^1].Id,
            State = last ? RunState.Completed : status.State,
        };
    }

    private static RunStatus Count(RunStatus status, IReadOnlyList<string> verdicts) => status with
    {
        Mismatched = status.Mismatched + verdicts.Count(v => v == SessionComparison.Different),
        Pending = status.Pending + verdicts.Count(v => v == SessionComparison.Pending),
    };

    private static bool Equal(LegacyListed listed, SessionRow? row)
    {
        if (row is not { Live: true, Pending: false }) return false;
        try
        {
            using var python = JsonDocument.Parse(listed.Raw);
            using var go = row.Document!.Parse();
            return SessionDiff.Compare(python.RootElement, go.RootElement, DiffRules.Default).Equal;
        }
        // What cannot be read here is for the session itself to say.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private Task<IReadOnlyList<string>> Ask(IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        FanOut.Each(ids, options.Value.Parallel, async id =>
        {
            try
            {
                var comparison = await FanOut.Retrying(() => grains.GetGrain<ISessionGrain>(id).Compare(cancellationToken));
                foreach (var difference in comparison.Differences)
                    store.Report(new(id, "both", IRunGrain.Verify, "mismatch", $"{difference.Field}: python {difference.PythonValue ?? "missing"}, go {difference.GoValue ?? "missing"}", 1, comparison.Version));
                return comparison.Status;
            }
            // One record that cannot be compared fails alone.
            catch (Exception e) when (e is not OperationCanceledException && !FanOut.Passing(e))
            {
                store.Report(new(id, "both", IRunGrain.Verify, (e as GaiaException)?.Code ?? "unreadable", e.Message, 1, 0));
                return SessionComparison.Unverified;
            }
        });

    private static ulong Mark(string id) => XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(id));
}
