using GaiaOrleans.Grains;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Silo.Cluster;

/// <summary>One silo as the membership table last showed it.</summary>
public sealed record SiloView(string Name, string Address, string Status, DateTimeOffset StartedAt, DateTimeOffset LastHeartbeat);

/// <summary>The cluster at one moment, refreshed in the background: a request never reads the membership table.</summary>
internal sealed partial class ClusterView(IMembershipTable table, IOptions<GaiaOptions> gaia, TimeProvider time, ILogger<ClusterView> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);
    private volatile IReadOnlyList<SiloView> _silos = [];
    private long _version;
    private long _seenAt;

    public const string ActiveStatus = nameof(SiloStatus.Active);

    public IReadOnlyList<SiloView> Silos => _silos;

    public long MembershipVersion => Interlocked.Read(ref _version);

    public int Required => gaia.Value.Quorum;

    public int Expected => gaia.Value.ExpectedSilos;

    public int Active => _silos.Count(s => s.Status == ActiveStatus);

    /// <summary>Never true on a view that is older than three refreshes: not knowing is not quorum.</summary>
    public bool HasQuorum => Fresh && Active >= Required;

    public bool Fresh => _seenAt != 0 && time.GetElapsedTime(_seenAt) < 3 * Period;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            try
            {
                var data = await table.ReadAllAsync(stoppingToken);
                // A restarted silo leaves its dead generations behind; the latest of each name is the silo.
                _silos = [.. data.Members
                    .Select(m => m.Item1)
                    .GroupBy(e => e.SiloName)
                    .Select(g => g.MaxBy(e => e.SiloAddress.Generation)!)
                    .OrderBy(e => e.SiloName, StringComparer.Ordinal)
                    .Select(e => new SiloView(e.SiloName, e.SiloAddress.Endpoint.ToString(), e.Status.ToString(), Utc(e.StartTime), Utc(e.IAmAliveTime)))];
                Interlocked.Exchange(ref _version, data.Version.Version);
                Interlocked.Exchange(ref _seenAt, time.GetTimestamp());
            }
            // Whatever the provider throws, the view grows old and says so; the loop goes on.
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogNotRead(logger, e.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private static DateTimeOffset Utc(DateTime time) => new(DateTime.SpecifyKind(time, DateTimeKind.Utc));

    [LoggerMessage(Level = LogLevel.Warning, Message = "The membership table cannot be read: {Reason}")]
    private static partial void LogNotRead(ILogger logger, string reason);
}
