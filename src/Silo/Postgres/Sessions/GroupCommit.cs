using System.Collections.Concurrent;
using System.Threading.Channels;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Grains.Sessions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace GaiaOrleans.Silo.Postgres.Sessions;

/// <summary>
/// The one writer of this silo: takes changes from all its sessions and commits what has gathered while the batch before was on its way.
/// A task completes only after its transaction has.
/// </summary>
internal sealed partial class GroupCommit(NpgsqlDataSource database, IOptions<PostgresOptions> options, TimeProvider time, ILogger<GroupCommit> logger) : BackgroundService
{
    private readonly Channel<CommitWork> _queue = Channel.CreateBounded<CommitWork>(new BoundedChannelOptions(options.Value.CommitQueue) { SingleReader = true });
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly ConcurrentDictionary<string, SessionRow> _acknowledged = new(StringComparer.Ordinal);
    private readonly Queue<CommitWork> _held = new();
    private NpgsqlConnection? _connection;

    public Task<CommitResult> Commit(SessionCommit commit)
    {
        var work = new CommitWork(commit);
        if (!_queue.Writer.TryWrite(work)) throw new OverloadedException("Too many changes are waiting for the database; repeat in a moment.");
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
        _queue.Writer.Complete();
        _wake.Writer.Complete();
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

    /// <summary>Up to one batch; a session that is in it already waits for the next.</summary>
    private (List<CommitWork> Works, List<SessionRow> Acknowledged) Gather()
    {
        var limit = options.Value.CommitBatch;
        var works = new List<CommitWork>();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        for (var held = _held.Count; held > 0 && works.Count < limit; held--) Take(_held.Dequeue());
        while (works.Count < limit && _held.Count < limit && _queue.Reader.TryRead(out var work)) Take(work);
        works.Sort((a, b) => string.CompareOrdinal(a.Commit.Next.Id, b.Commit.Next.Id));

        var acknowledged = new List<SessionRow>();
        foreach (var id in _acknowledged.Keys)
        {
            if (acknowledged.Count >= limit) break;
            if (_acknowledged.TryRemove(id, out var row)) acknowledged.Add(row);
        }

        acknowledged.Sort((a, b) => string.CompareOrdinal(a.Id, b.Id));
        return (works, acknowledged);

        void Take(CommitWork work)
        {
            if (ids.Add(work.Commit.Next.Id)) works.Add(work);
            else _held.Enqueue(work);
        }
    }

    private async Task Write(List<CommitWork> works, List<SessionRow> acknowledged)
    {
        var started = time.GetTimestamp();
        var ambiguous = false;
        var commits = works.ConvertAll(w => w.Commit);
        while (true)
        {
            try
            {
                _connection ??= await database.OpenConnectionAsync();
                var results = await CommitStatement.Execute(_connection, commits, acknowledged, CancellationToken.None);
                for (var i = 0; i < works.Count; i++) works[i].Complete(results[i]);
                return;
            }
            catch (PostgresException e) when (CommitFailure.IsRetriable(e) && time.GetElapsedTime(started) < options.Value.SettleWithin)
            {
                LogRetried(logger, works.Count, e.SqlState);
            }
            catch (PostgresException e) when (!CommitFailure.IsAmbiguous(e))
            {
                if (CommitFailure.IsAboutOneRow(e) && works.Count + acknowledged.Count > 1) await WriteOneByOne(works, acknowledged);
                else foreach (var work in works) Fail(work, e);
                return;
            }
            catch (Exception e) when (e is NpgsqlException or IOException or TimeoutException or InvalidOperationException)
            {
                ambiguous |= _connection is not null; // an attempt that never had a connection cannot have committed
                await Disconnect();
                if (!ambiguous)
                {
                    LogUnavailable(logger, works.Count, e.Message);
                    foreach (var work in works) work.NotCommitted(e.Message);
                    return;
                }

                if (time.GetElapsedTime(started) >= options.Value.SettleWithin)
                {
                    LogUnknown(logger, works.Count, e.Message);
                    foreach (var work in works) work.Unknown("the connection to the database was lost during the commit and did not come back");
                    return;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(100), time);
            }
        }
    }

    private static void Fail(CommitWork work, PostgresException e)
    {
        if (CommitFailure.IsAboutOneRow(e)) work.Refused(e.MessageText);
        else work.NotCommitted(e.MessageText);
    }

    /// <summary>One bad row fails alone.</summary>
    private async Task WriteOneByOne(List<CommitWork> works, List<SessionRow> acknowledged)
    {
        foreach (var work in works) await Write([work], []);
        foreach (var row in acknowledged) await Write([], [row]);
    }

    private async Task Disconnect()
    {
        if (_connection is null) return;
        await _connection.DisposeAsync();
        _connection = null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Commit of {Count} changes: the database is not reachable: {Reason}")]
    private static partial void LogUnavailable(ILogger logger, int count, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "ERROR commit of {Count} changes has an unknown outcome: {Reason}")]
    private static partial void LogUnknown(ILogger logger, int count, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Commit of {Count} changes is tried again after {SqlState}")]
    private static partial void LogRetried(ILogger logger, int count, string sqlState);
}
