using GaiaOrleans.Silo.Legacy;

namespace GaiaOrleans.Silo.Preflight;

/// <summary>
/// The adapter as a silo has it, for one probe: its own connections, so that traffic waits for none of them; its own circuit, which never opens;
/// shape and id field found by looking, whatever is configured; and no way to write.
/// </summary>
internal sealed class ReadOnlyHome : IDisposable
{
    private readonly HttpClient _http;
    private readonly ReadOnlyWire _wire;

    public ReadOnlyHome(LegacyOptions configured, int sample, TimeSpan timeLimit, TimeProvider time, ILogger<LegacyPipelines> logger)
    {
        Options = Looking(configured, sample, timeLimit);
        var sockets = new SocketsHttpHandler();
        LegacyHosting.Prepare(sockets, Options);
        _wire = new(sockets);
        _http = new(_wire) { Timeout = Timeout.InfiniteTimeSpan };
        Addresses = new(Options.BaseUrl);
        Channel = new(_http, new(Options, time, logger), Options);
        Habits = new(Channel, Addresses, Options);
        Lists = new(Channel, Addresses, Habits, Options);
    }

    public LegacyOptions Options { get; }

    public LegacyAddresses Addresses { get; }

    public LegacyChannel Channel { get; }

    public LegacyHabits Habits { get; }

    public LegacyLists Lists { get; }

    public int Requests => _wire.Requests;

    public int FailedRequests => _wire.Failed;

    public void Dispose() => _http.Dispose();

    private static LegacyOptions Looking(LegacyOptions o, int sample, TimeSpan timeLimit) => new()
    {
        BaseUrl = o.BaseUrl,
        Auth = o.Auth,
        Credential = o.Credential,
        PageSize = Math.Min(o.PageSize, sample),
        Timeout = o.Timeout,
        TotalTimeout = o.TotalTimeout,
        // A list that hangs is tried twice; then there is still time to say so.
        ListTimeout = o.ListTimeout < timeLimit / 3 ? o.ListTimeout : timeLimit / 3,
        MaxConcurrent = o.MaxConcurrent,
        MaxWaiting = o.MaxWaiting,
        MaxBodyBytes = o.MaxBodyBytes,
        MaxListBytes = o.MaxListBytes,
        Breaker = new() { MinimumThroughput = int.MaxValue },
    };
}
