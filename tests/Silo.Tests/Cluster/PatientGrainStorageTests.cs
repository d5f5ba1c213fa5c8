using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Silo.Cluster;
using Npgsql;
using Orleans.Storage;

namespace GaiaOrleans.Silo.Tests.Cluster;

public sealed class PatientGrainStorageTests
{
    private static readonly NpgsqlException Lost = new("Exception while reading from stream", new IOException("reset"));
    private static readonly PostgresException NoRoom = new("could not extend file", "ERROR", "ERROR", PostgresErrorCodes.DiskFull);
    private static readonly GrainId Grain = GrainId.Create("run", "migrate");

    [Fact]
    public async Task A_write_that_may_have_been_stored_is_not_said_to_have_changed_nothing()
    {
        await Assert.ThrowsAsync<ChangeUnknownException>(() => Write(Lost, Lost, Lost, Lost, Lost));
        await Assert.ThrowsAsync<ChangeUnknownException>(() => Write(Lost, NoRoom, NoRoom, NoRoom, NoRoom));
    }

    [Fact]
    public Task A_write_that_was_refused_each_time_has_changed_nothing() => Assert.ThrowsAsync<StorageUnavailableException>(() => Write(NoRoom, NoRoom, NoRoom, NoRoom, NoRoom));

    [Fact]
    public Task A_write_that_is_stored_in_the_end_is() => Write(Lost, NoRoom, Lost);

    [Fact]
    public async Task A_read_changes_nothing()
    {
        var storage = new PatientGrainStorage(new Failing([Lost, Lost, Lost, Lost, Lost]), TimeProvider.System);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => storage.ReadStateAsync("state", Grain, new GrainState<int>()));
    }

    private static Task Write(params Exception[] faults) => new PatientGrainStorage(new Failing(faults), TimeProvider.System).WriteStateAsync("state", Grain, new GrainState<int>());

    private sealed class Failing(Exception[] faults) : IGrainStorage
    {
        private readonly Queue<Exception> _faults = new(faults);

        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Ask();

        public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Ask();

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Ask();

        private Task Ask() => _faults.TryDequeue(out var fault) ? Task.FromException(fault) : Task.CompletedTask;
    }
}
