using System.Net;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway.Problems;
using GaiaOrleans.Gateway.Rollouts;
using GaiaOrleans.Gateway.Sessions;
using GaiaOrleans.Gateway.Tests.Hosts;
using Microsoft.Extensions.Time.Testing;
using Orleans.Serialization;
using Orleans.Storage;

namespace GaiaOrleans.Gateway.Tests.Sessions;

/// <summary>A silo that is silent may be frozen or only slow: it is asked again, and whichever attempt answers first counts.</summary>
public sealed class RepetitionTests
{
    private static readonly WriteOutcome Done = new(200, 7, "{}"u8.ToArray(), DualWriteOutcome.Success, false, Side.Go);

    [Fact]
    public async Task A_silo_that_never_answers_costs_a_moment_and_no_failure()
    {
        var cluster = new ScriptedCluster();
        cluster.OnWrite = (_, _, context) => context.Attempt == 1 ? new TaskCompletionSource<WriteOutcome>().Task : Task.FromResult(Done);
        await using var host = await GatewayHost.Ready(cluster);
        Assert.Equal(HttpStatusCode.OK, (await host.Send(HttpMethod.Put, "/api/sessions/s-1", "{}")).Status);
        var second = Assert.Single(cluster.Writes, w => w.Context.Attempt == 2).Context;
        Assert.Equal(cluster.Writes.First().Context.RequestId, second.RequestId);
        // The session is told how far back it has to remember.
        Assert.True(second.Since > TimeSpan.FromSeconds(1), $"{second.Since}");
    }

    [Fact]
    public async Task The_first_attempt_may_still_answer_while_the_second_waits()
    {
        var cluster = new ScriptedCluster();
        var first = new TaskCompletionSource<WriteOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        cluster.OnWrite = (_, _, context) =>
        {
            if (context.Attempt == 1) return first.Task;
            first.SetResult(Done);
            return new TaskCompletionSource<WriteOutcome>().Task;
        };
        await using var host = await GatewayHost.Ready(cluster);
        Assert.Equal("\"7\"", (await host.Send(HttpMethod.Put, "/api/sessions/s-1", "{}")).Headers["ETag"]);
    }

    public static TheoryData<Exception> SaysNothingOfTheFirst => new(new OutcomeUnknownException("s-1", "changed too often"), new StorageUnavailableException("no database"));

    [Theory, MemberData(nameof(SaysNothingOfTheFirst), DisableDiscoveryEnumeration = true)]
    public async Task A_later_attempt_that_cannot_tell_what_the_first_did_leaves_it_to_that_one(Exception refusal)
    {
        var time = new FakeTimeProvider();
        var repetition = new Repetition<int>(Repetition.Silence, time);
        var first = new TaskCompletionSource<int>();
        repetition.Add(first.Task);
        var silent = repetition.Next(CancellationToken.None);
        time.Advance(Repetition.Silence);
        Assert.False((await silent).Answered);
        repetition.Add(Task.FromException<int>(refusal));
        var answer = repetition.Next(CancellationToken.None);
        Assert.False(answer.IsCompleted);
        first.SetResult(7);
        Assert.Equal((true, 7), await answer);
    }

    [Fact]
    public async Task Each_attempt_says_when_it_left_by_the_clock_of_the_store()
    {
        var told = new DateTimeOffset(2031, 1, 31, 12, 0, 0, TimeSpan.Zero);
        await using var host = await GatewayHost.Ready(new() { StoreTime = told });
        await host.Send(HttpMethod.Put, "/api/sessions/s-1", "{}");
        Assert.InRange(Assert.Single(host.Cluster.Writes).Context.SentAt!.Value, told, told.AddMinutes(1));
    }

    public static TheoryData<Exception?, Exception?> OfTheOther => new()
    {
        { null, null },
        { new UnknownSessionException("s-1"), new UnknownSessionException("s-1") },
        { new StorageUnavailableException("no database"), new UnknownSessionException("s-1") },
        { new OutcomeUnknownException("s-1", "changed too often"), new InterruptedException() },
        { new TimeoutException(), new InterruptedException() },
        { new CodecNotFoundException("Could not find a codec for type Npgsql.NpgsqlException."), new InterruptedException() },
        { new OperationCanceledException(), new InterruptedException() },
    };

    /// <summary>Chaos, seed 302: there was no session when the first attempt was decided, and there was one again when the second was.</summary>
    [Theory, MemberData(nameof(OfTheOther), DisableDiscoveryEnumeration = true)]
    public async Task A_refusal_is_the_answer_only_when_no_other_attempt_may_take_effect(Exception? other, Exception? expected)
    {
        var time = new FakeTimeProvider();
        var repetition = new Repetition<int>(Repetition.Silence, time);
        var (first, second) = (new TaskCompletionSource<int>(), new TaskCompletionSource<int>());
        repetition.Add(first.Task);
        var silent = repetition.Next(CancellationToken.None);
        time.Advance(Repetition.Silence);
        Assert.False((await silent).Answered);
        repetition.Add(second.Task);
        var answer = repetition.Next(CancellationToken.None);
        first.SetException(new UnknownSessionException("s-1"));
        Assert.False(answer.IsCompleted);
        if (other is null) second.SetResult(7);
        else second.SetException(other);
        if (expected is null) Assert.Equal((true, 7), await answer);
        else Assert.IsType(expected.GetType(), await Record.ExceptionAsync(() => answer));
    }

    [Fact]
    public async Task It_is_said_when_nobody_can_tell_any_more()
    {
        var repetition = new Repetition<int>(Repetition.Silence, new FakeTimeProvider());
        repetition.Add(Task.FromException<int>(new OutcomeUnknownException("s-1", "changed too often")));
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => repetition.Next(CancellationToken.None));
    }

    public static TheoryData<Exception> MayHaveTakenEffect =>
        new(new TimeoutException(), new OperationCanceledException(), new InconsistentStateException("another activation won"), new StaleEpochException(1, 2, begun: true), new OrleansException("no connection"), new CodecNotFoundException("Could not find a codec for type Npgsql.NpgsqlException."));

    [Theory, MemberData(nameof(MayHaveTakenEffect), DisableDiscoveryEnumeration = true)]
    public async Task After_an_attempt_that_was_lost_a_refusal_is_an_outcome_that_nobody_knows(Exception lost)
    {
        var repetition = new Repetition<int>(Repetition.Silence, new FakeTimeProvider());
        repetition.Add(Task.FromException<int>(lost));
        if (lost is StaleEpochException) await Assert.ThrowsAsync<StaleEpochException>(() => repetition.Next(CancellationToken.None));
        else Assert.False((await repetition.Next(CancellationToken.None)).Answered);
        repetition.Add(Task.FromException<int>(new StorageUnavailableException("gone")));
        await Assert.ThrowsAsync<InterruptedException>(() => repetition.Next(CancellationToken.None));
    }

    /// <summary>It is shutting down, and has not handed over this session yet.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_silo_that_is_not_counted_as_active_any_more_fails_nobody(bool reads)
    {
        var cluster = new ScriptedCluster { Rollout = Some.Rollout() };
        var refused = 0;
        cluster.OnRead = _ => ++refused == 1 ? throw new LeaseLostException() : Task.FromResult(ScriptedCluster.Stored(3, "{}", pending: true));
        cluster.OnWrite = (_, _, _) => ++refused == 1 ? throw new LeaseLostException() : Task.FromResult(Done);
        await using var host = await GatewayHost.Ready(cluster);
        Assert.Equal(HttpStatusCode.OK, (reads ? await host.Read("/api/sessions/s-1") : await host.Send(HttpMethod.Put, "/api/sessions/s-1", "{}")).Status);
        Assert.Equal(2, refused);
        // Nothing can have come of the first, so the session need not look for it.
        if (!reads) Assert.All(cluster.Writes, w => Assert.Equal(1, w.Context.Attempt));
    }

    public static TheoryData<Exception> MayTakeEffectYet =>
        new(new TimeoutException(), new OperationCanceledException(), new OrleansException("no connection"), new CodecNotFoundException("Could not find a codec for type Npgsql.NpgsqlException."));

    /// <summary>Its silo may still have it, and it may meet another state than the one that the second was refused for.</summary>
    [Theory, MemberData(nameof(MayTakeEffectYet), DisableDiscoveryEnumeration = true)]
    public async Task After_an_attempt_that_nobody_waits_for_any_more_a_refusal_is_an_outcome_that_nobody_knows(Exception lost)
    {
        var repetition = new Repetition<int>(Repetition.Silence, new FakeTimeProvider());
        repetition.Add(Task.FromException<int>(lost));
        Assert.False((await repetition.Next(CancellationToken.None)).Answered);
        repetition.Add(Task.FromException<int>(new UnknownSessionException("s-1")));
        await Assert.ThrowsAsync<InterruptedException>(() => repetition.Next(CancellationToken.None));
    }

    [Fact]
    public async Task One_that_has_no_lease_for_long_is_not_waited_for()
    {
        var time = new FakeTimeProvider();
        var repetition = new Repetition<int>(Repetition.Silence, time);
        repetition.Add(Task.FromException<int>(new LeaseLostException()));
        Assert.False((await repetition.Next(CancellationToken.None)).Answered);
        time.Advance(TimeSpan.FromSeconds(3));
        repetition.Add(Task.FromException<int>(new LeaseLostException()));
        await Assert.ThrowsAsync<LeaseLostException>(() => repetition.Next(CancellationToken.None));
    }

    /// <summary>Saying that nothing is known is worth less than waiting for who can say it.</summary>
    [Fact]
    public async Task After_an_attempt_that_was_lost_a_lease_is_waited_for_as_long_as_a_lost_silo()
    {
        var time = new FakeTimeProvider();
        var repetition = new Repetition<int>(Repetition.Silence, time);
        repetition.Add(Task.FromException<int>(new SiloUnavailableException("left")));
        Assert.False((await repetition.Next(CancellationToken.None)).Answered);
        time.Advance(TimeSpan.FromSeconds(11));
        repetition.Add(Task.FromException<int>(new LeaseLostException()));
        var refused = repetition.Next(CancellationToken.None);
        time.Advance(TimeSpan.FromMilliseconds(250));
        Assert.False((await refused).Answered);
        time.Advance(TimeSpan.FromSeconds(1));
        // A gateway that has none itself asks nobody meanwhile, and ends all the same.
        await Assert.ThrowsAsync<TimeoutException>(() => repetition.Next(CancellationToken.None));
        repetition.Add(Task.FromException<int>(new LeaseLostException()));
        await Assert.ThrowsAsync<InterruptedException>(() => repetition.Next(CancellationToken.None));
    }

    /// <summary>Chaos, seed 204: the database was killed while a gateway looked what is in force now.</summary>
    [Fact]
    public async Task A_gateway_that_may_not_ask_for_a_moment_asks_again_after_it_before_it_says_that_nothing_is_known()
    {
        var cluster = new ScriptedCluster { Rollout = Some.Rollout(2) };
        var silent = 0;
        cluster.OnWrite = (_, _, context) =>
        {
            if (cluster.Writes.Count > 1) return Task.FromResult(Done);
            cluster.OnGrant = () =>
            {
                if (++silent < 4) throw new StorageUnavailableException("gone for a moment");
            };
            return Task.FromException<WriteOutcome>(new StaleEpochException(context.Epoch, context.Epoch + 1, begun: true));
        };
        await using var host = await GatewayHost.Ready(cluster);
        Assert.Equal(HttpStatusCode.OK, (await host.Send(HttpMethod.Put, "/api/sessions/s-1", "{}")).Status);
        // The session looks what became of the first.
        Assert.Equal([1, 2], cluster.Writes.Select(w => w.Context.Attempt));
        Assert.True(silent >= 4, $"{silent}");
    }

    [Fact]
    public async Task A_gateway_that_may_not_ask_again_does_not_say_that_nothing_was_done()
    {
        var cluster = new ScriptedCluster();
        var asked = new TaskCompletionSource();
        cluster.OnWrite = (_, _, _) =>
        {
            asked.TrySetResult();
            return new TaskCompletionSource<WriteOutcome>().Task;
        };
        await using var host = await GatewayHost.Ready(cluster, ("Gateway:HoldWrites", "00:00:00.100"));
        var write = host.Send(HttpMethod.Put, "/api/sessions/s-1", "{}");
        await asked.Task;
        cluster.Rollout = cluster.Rollout with { Epoch = cluster.Rollout.Epoch + 1, DualWrite = cluster.Rollout.DualWrite with { Closing = true } };
        _ = host.Get<GatewayLease>().Apply(cluster.Rollout);
        var answer = await write;
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "outcome_unknown"), (answer.Status, (string?)answer.Json["code"]));
    }

    /// <summary>Chaos, seed 13: a change that had met several troubles was passed on to GAIA_HOME, and was made twice.</summary>
    [Fact]
    public async Task What_the_cluster_may_have_done_is_not_asked_of_legacy_as_well()
    {
        var cluster = new ScriptedCluster { Rollout = Some.Rollout(2) };
        cluster.OnWrite = (_, _, context) =>
        {
            cluster.Rollout = cluster.Rollout with { Epoch = context.Epoch + 1, DualWrite = cluster.Rollout.DualWrite with { Enabled = false } };
            return Task.FromException<WriteOutcome>(new StaleEpochException(context.Epoch, context.Epoch + 1, begun: true));
        };
        await using var host = await GatewayHost.Ready(cluster);
        var answer = await host.Send(HttpMethod.Put, "/api/sessions/s-1", "{}");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "outcome_unknown"), (answer.Status, (string?)answer.Json["code"]));
        Assert.Single(cluster.Writes);
    }

    [Fact]
    public async Task That_every_attempt_came_under_an_older_split_does_not_say_that_the_first_did_nothing()
    {
        var cluster = new ScriptedCluster { Rollout = Some.Rollout(2) };
        cluster.OnWrite = (_, _, context) => Task.FromException<WriteOutcome>(new StaleEpochException(context.Epoch, context.Epoch, begun: context.Attempt == 1));
        await using var host = await GatewayHost.Ready(cluster);
        var answer = await host.Send(HttpMethod.Put, "/api/sessions/s-1", "{}");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "outcome_unknown"), (answer.Status, (string?)answer.Json["code"]));
    }

    public static TheoryData<Exception> NotTold => new(new OverloadedException("busy"), new TimeoutException("no silo"));

    [Theory, MemberData(nameof(NotTold), DisableDiscoveryEnumeration = true)]
    public async Task Nothing_was_done_where_nobody_told_what_is_in_force(Exception trouble)
    {
        var cluster = new ScriptedCluster { Rollout = Some.Rollout(2) };
        cluster.OnWrite = (_, _, context) =>
        {
            cluster.OnGrant = () => throw trouble;
            return Task.FromException<WriteOutcome>(new StaleEpochException(context.Epoch, context.Epoch + 1));
        };
        await using var host = await GatewayHost.Ready(cluster);
        var answer = await host.Send(HttpMethod.Put, "/api/sessions/s-1", "{}");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "lead_unavailable"), (answer.Status, (string?)answer.Json["code"]));
        Assert.Single(cluster.Writes);
    }

    [Fact]
    public async Task A_silent_silo_does_not_hold_up_a_read()
    {
        var cluster = new ScriptedCluster { Rollout = Some.Rollout() };
        var asked = 0;
        cluster.OnRead = _ => Interlocked.Increment(ref asked) == 1 ? new TaskCompletionSource<SessionSnapshot>().Task : Task.FromResult(ScriptedCluster.Stored(3, "{}", pending: true));
        await using var host = await GatewayHost.Ready(cluster);
        Assert.Equal(HttpStatusCode.OK, (await host.Read("/api/sessions/s-1")).Status);
        Assert.Equal(2, asked);
    }
}
