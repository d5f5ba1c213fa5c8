using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace GaiaOrleans.Silo.Legacy;

/// <summary>How patient we are with GAIA_HOME. One circuit and one set of places for everything that concerns single sessions.</summary>
internal sealed partial class LegacyPipelines
{
    // Longer than GAIA_HOME takes to answer when it is well, and hardly noticed where it hangs.
    private static readonly TimeSpan TrialPatience = TimeSpan.FromMilliseconds(100);

    private readonly CircuitBreakerStateProvider _circuit = new();
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private TaskCompletionSource _tried = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _openUntil;

    public LegacyPipelines(LegacyOptions options, TimeProvider time, ILogger<LegacyPipelines> logger)
    {
        _time = time;
        _logger = logger;
        var circuit = Typed(time).AddCircuitBreaker(Breaker(options.Breaker)).Build();
        var places = Typed(time).AddConcurrencyLimiter(options.MaxConcurrent, options.MaxWaiting).Build();
        Attempt = Typed(time).AddTimeout(options.Timeout).Build();
        Total = new ResiliencePipelineBuilder { TimeProvider = time }.AddTimeout(options.TotalTimeout).Build();
        Writes = Typed(time).AddPipeline(places).AddPipeline(circuit).AddPipeline(Attempt).Build();
        Reads = Typed(time).AddRetry(Again).AddPipeline(Writes).Build();
        Lists = Typed(time).AddRetry(Again).AddPipeline(circuit).AddTimeout(options.ListTimeout).Build();
    }

    public ResiliencePipeline Total { get; }

    public ResiliencePipeline<LegacyReply> Attempt { get; }

    public ResiliencePipeline<LegacyReply> Writes { get; }

    public ResiliencePipeline<LegacyReply> Reads { get; }

    public ResiliencePipeline<LegacyReply> Lists { get; }

    public CircuitState CircuitState => _circuit.CircuitState;

    /// <summary>The circuit is open and its break is not over.</summary>
    public bool Refuses => CircuitState == CircuitState.Open && _time.GetTimestamp() < Interlocked.Read(ref _openUntil);

    /// <summary>Asked before queueing: nobody waits for a place, which hanging requests may hold, only to be refused there.</summary>
    /// <exception cref="BrokenCircuitException">As <see cref="Refuses"/> tells.</exception>
    public void RefuseWhileOpen()
    {
        if (Refuses) throw new BrokenCircuitException();
    }

    /// <summary>After a break one request tries, and whoever comes meanwhile is refused: until it is known what it was answered, or for a moment.</summary>
    public async Task Tried(CancellationToken cancellationToken)
    {
        try
        {
            await Volatile.Read(ref _tried).Task.WaitAsync(TrialPatience, _time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // It hangs, as others would.
        }
    }

    private static RetryStrategyOptions<LegacyReply> Again => new()
    {
        ShouldHandle = Sick(),
        MaxRetryAttempts = 1,
        Delay = TimeSpan.FromMilliseconds(100),
        UseJitter = true,
    };

    private CircuitBreakerStrategyOptions<LegacyReply> Breaker(LegacyBreakerOptions options) => new()
    {
        ShouldHandle = Sick(),
        FailureRatio = options.FailureRatio,
        SamplingDuration = options.Sampling,
        MinimumThroughput = options.MinimumThroughput,
        BreakDuration = options.Break,
        StateProvider = _circuit,
        OnOpened = opened =>
        {
            Interlocked.Exchange(ref _openUntil, _time.GetTimestamp() + (long)(opened.BreakDuration.TotalSeconds * _time.TimestampFrequency));
            Interlocked.Exchange(ref _tried, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
            LogOpened(_logger, opened.BreakDuration.TotalSeconds, opened.Outcome.Exception?.Message ?? $"status {opened.Outcome.Result?.Status}");
            return default;
        },
        OnHalfOpened = _ =>
        {
            LogTrying(_logger);
            return default;
        },
        OnClosed = _ =>
        {
            Volatile.Read(ref _tried).TrySetResult();
            LogClosed(_logger);
            return default;
        },
    };

    // 4xx is an answer: the service is well, the request was not.
    private static PredicateBuilder<LegacyReply> Sick() => new PredicateBuilder<LegacyReply>()
        .Handle<HttpRequestException>().Handle<IOException>().Handle<TimeoutRejectedException>().HandleResult(reply => reply.Status >= 500);

    private static ResiliencePipelineBuilder<LegacyReply> Typed(TimeProvider time) => new() { TimeProvider = time };

    [LoggerMessage(Level = LogLevel.Error, Message = "GAIA_HOME circuit opened: nothing is sent for {Seconds} s, changes stay pending. Last failure: {Reason}")]
    private static partial void LogOpened(ILogger logger, double seconds, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "GAIA_HOME circuit is half open: one request tries")]
    private static partial void LogTrying(ILogger logger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "GAIA_HOME circuit closed: it answers again")]
    private static partial void LogClosed(ILogger logger);
}
