using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Grains;
using GaiaOrleans.Grains.Retention;
using GaiaOrleans.Grains.Sessions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace GaiaOrleans.Silo.Postgres.Sessions;

/// <summary>
/// The one writer of this silo: takes changes from all its sessions and commits what has gathered while the batch before was on its way.
/// A task completes only after its transaction has.
/// </summary>
internal sealed partial class GroupCommit(
    NpgsqlDataSource database, ILocalSiloDetails silo, IOptions<GaiaOptions> gaia, IOptions<PostgresOptions> options, IOptions<RetentionOptions> retention, TimeProvider time, ILogger<GroupCommit> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    // What the server takes in within the statement's time, however large documents are: a batch that does not is sent again as it is.
    private const int MostBytes = 16 * 1024 * 1024;

    private readonly Channel<CommitWork> _queue = Channel.CreateBounded<CommitWork>(new BoundedChannelOptions(options.Value.CommitQueue) { SingleReader = true });
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly ConcurrentDictionary<string, SessionRow> _acknowledged = new(StringComparer.Ordinal);

    // How many changes of each session are in no batch yet.
    private readonly ConcurrentDictionary<string, int> _waiting = new(StringComparer.Ordinal);
    private readonly Queue<CommitWork> _held = new();
    private CommitConnection? _connection;
    private volatile bool _stopping;

    public Task<CommitResult> Commit(SessionCommit commit)
    {
        CommitWork work;
        try
        {
            work = new(commit);
        }
        catch (Exception e) when (e is InvalidOperationException or JsonException or ArgumentException)
        {
            throw CommitWork.Unstorable(e.Message);
        }

        _waiting.AddOrUpdate(work.Id, 1, (_, waiting) => waiting + 1);
        if (!_queue.Writer.TryWrite(work))
        {
            WaitsNoLonger(work);
            // An answer of legacy may have been passed over for it.
            _wake.Writer.TryWrite(true);
            if (_stopping) throw new StorageUnavailableException("This silo is stopping and takes no more changes.");
            throw new OverloadedException("Too many changes are waiting for the database; repeat in a moment.");
        }

        _wake.Writer.TryWrite(true);
        return work.Outcome;
    }

    /// <summary>Only the latest of a session counts; it replaces what is waiting.</summary>
    public void Acknowledge(SessionRow row)
    {
        _acknowledged[row.Id] = row;
        _wake.Writer.TryWrite(true);
    }

    /// <summary>Accepts nothing more; what was accepted is committed or answered with an error.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _stopping = true;
        _queue.Writer.TryComplete();
        _wake.Writer.TryComplete();
        if (ExecuteTask is { } loop) await loop.WaitAsync(cancellationToken);
        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Not stopped by the token: StopAsync completes the channels and the loop drains them.
        while (await _wake.Reader.WaitToReadAsync(CancellationToken.None))
        {
            _wake.Reader.TryRead(out _);
            while (Gather() is var (works, acknowledged) && works.Count + acknowledged.Count > 0) await Write(works, acknowledged);
        }

        while (Gather() is var (works, acknowledged) && works.Count + acknowledged.Count > 0) await Write(works, acknowledged);
        await Disconnect();
    }

    private void WaitsNoLonger(CommitWork work)
    {
        if (_waiting.AddOrUpdate(work.Id, 0, (_, waiting) => waiting - 1) == 0) _waiting.TryRemove(new(work.Id, 0));
    }

    /// <summary>
    /// Up to one batch; a session that is in it already waits for the next. So does what legacy answered a session whose next change waits: that was decided before
    /// the answer was known, and would be refused as older than what is stored.
    /// </summary>
    private (List<CommitWork> Works, List<SessionRow> Acknowledged) Gather()
    {
        var limit = options.Value.CommitBatch;
        var works = new List<CommitWork>();
        var bytes = 0L;
        var ids = new HashSet<string>(StringComparer.Ordinal);
        for (var held = _held.Count; held > 0 && HasPlace(); held--) Take(_held.Dequeue());
        while (HasPlace() && _held.Count < limit && _queue.Reader.TryRead(out var work)) Take(work);
        works.Sort((a, b) => string.CompareOrdinal(a.Id, b.Id));

        var acknowledged = new List<SessionRow>();
        foreach (var (id, _) in _acknowledged)
        {
            if (acknowledged.Count >= limit) break;
            if (!_acknowledged.TryRemove(id, out var row)) continue;
            // Looked at with the answer in hand: looked at before, a change and a newer answer could come in between. A newer one stays.
            if (_waiting.TryGetValue(id, out var waiting) && waiting > 0) _acknowledged.TryAdd(id, row);
            else acknowledged.Add(row);
        }

        acknowledged.Sort((a, b) => string.CompareOrdinal(a.Id, b.Id));
        return (works, acknowledged);

        bool HasPlace() => works.Count < limit && bytes < MostBytes;

        void Take(CommitWork work)
        {
            if (!ids.Add(work.Id))
            {
                _held.Enqueue(work);
                return;
            }

            works.Add(work);
            bytes += work.Commit.Next.Document?.Utf8.Length ?? 0;
            WaitsNoLonger(work);
        }
    }

    private async Task Write(List<CommitWork> works, List<SessionRow> acknowledged)
    {
        var started = time.GetTimestamp();
        var ambiguous = false;
        while (true)
        {
            string reason;
            try
            {
                _connection ??= await CommitConnection.Open(database, WritingSilo.Of(gaia.Value.ClusterId, silo.SiloAddress, retention.Value.Keys));
                var results = await _connection.Execute(works, acknowledged, settling: ambiguous);
                for (var i = 0; i < works.Count; i++) works[i].Complete(results[i]);
                return;
            }
            catch (PostgresException e) when (CommitFailure.IsAboutOneRow(e))
            {
                await Divide(works, acknowledged, e.MessageText);
                return;
            }
            catch (ArgumentException e) // a value that the driver cannot send
            {
                await Disconnect();
                await Divide(works, acknowledged, e.Message);
                return;
            }
            catch (PostgresException e) when (CommitFailure.IsRetriable(e))
            {
                LogRetried(logger, works.Count, e.SqlState);
                reason = e.MessageText;
            }
            // Whatever else happens to a batch, its callers are answered and the next one has its turn.
            catch (Exception e)
            {
                // An attempt that never had a connection, or was refused by a server in good health, cannot have committed; one before it may have.
                ambiguous |= _connection is not null && CommitFailure.IsAmbiguous(e);
                await Disconnect();
                reason = e.Message;
                if (!ambiguous)
                {
                    LogUnavailable(logger, works.Count, reason);
                    foreach (var work in works) work.NotCommitted(reason);
                    return;
                }
            }

            if (time.GetElapsedTime(started) >= options.Value.SettleWithin)
            {
                GiveUp(works, ambiguous, reason);
                return;
            }

            await Task.Delay(Pause, time);
        }
    }

    private void GiveUp(List<CommitWork> works, bool ambiguous, string reason)
    {
        if (ambiguous) LogUnknown(logger, works.Count, reason);
        else LogUnavailable(logger, works.Count, reason);
        foreach (var work in works)
            if (ambiguous) work.Unknown("the connection to the database was lost during the commit and did not come back");
            else work.NotCommitted(reason);
    }

    /// <summary>One bad row fails alone: halves of the batch are tried until it is found. As a whole it cannot have been committed.</summary>
    private async Task Divide(List<CommitWork> works, List<SessionRow> acknowledged, string reason)
    {
        var (half, middle) = (works.Count / 2, acknowledged.Count / 2);
        if (works.Count + acknowledged.Count > 1)
        {
            if (half > 0) await Write(works[..half], []);
            if (works.Count > 0) await Write(works[half..], []);
            if (middle > 0) await Write([], acknowledged[..middle]);
            if (acknowledged.Count > 0) await Write([], acknowledged[middle..]);
        }
        else if (works.Count == 1)
        {
            works[0].Refused(reason);
        }
        else
        {
            LogAcknowledgementLost(logger, acknowledged[0].Id, reason);
        }
    }

    private async Task Disconnect()
    {
        if (_connection is null) return;
        await _connection.DisposeAsync();
        _connection = null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Commit of {Count} changes: the database is not reachable: {Reason}")]
    private static partial void LogUnavailable(ILogger logger, int count, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Commit of {Count} changes has an unknown outcome: {Reason}")]
    private static partial void LogUnknown(ILogger logger, int count, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Commit of {Count} changes is tried again after {SqlState}")]
    private static partial void LogRetried(ILogger logger, int count, string sqlState);

    [LoggerMessage(Level = LogLevel.Error, Message = "Session {SessionId}: what legacy answered cannot be stored: {Reason}")]
    private static partial void LogAcknowledgementLost(ILogger logger, string sessionId, string reason);
}
