using System.Data.Common;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Silo.Postgres;
using Orleans.Storage;
using Polly;
using Polly.Retry;

namespace GaiaOrleans.Silo.Cluster;

/// <summary>
/// Orleans' storage over a database that may have been away: every pooled connection is broken then, and each would cost somebody a request. What
/// asking again does not help is a database that does not answer, as everywhere else.
/// </summary>
/// <remarks>A write that had been stored before its connection broke is an <see cref="InconsistentStateException"/> when it is asked again: its grain reloads.</remarks>
internal sealed class PatientGrainStorage(IGrainStorage storage, TimeProvider time) : IGrainStorage
{
    private readonly ResiliencePipeline _again = new ResiliencePipelineBuilder { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<DbException>(e => e.IsTransient),
            MaxRetryAttempts = 4,
            Delay = TimeSpan.FromMilliseconds(25),
            BackoffType = DelayBackoffType.Exponential,
        })
        .Build();

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Ask(() => storage.ReadStateAsync(stateName, grainId, grainState));

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Ask(() => storage.WriteStateAsync(stateName, grainId, grainState));

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Ask(() => storage.ClearStateAsync(stateName, grainId, grainState));

    /// <exception cref="StorageUnavailableException">The database did not answer.</exception>
    private Task Ask(Func<Task> asking) => DatabaseQueries.Answered(async () =>
    {
        await _again.ExecuteAsync(async _ => await asking());
        return true;
    });
}
