using System.Net;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway.Problems;
using GaiaOrleans.Gateway.Sessions;
using GaiaOrleans.Gateway.Tests.Hosts;
using Microsoft.Extensions.Time.Testing;

namespace GaiaOrleans.Gateway.Tests.Sessions;

/// <summary>
/// A session that is asked a second time looks whether the first attempt took effect, and one that changes very often cannot tell. After a refusal
/// that did nothing there is nothing to look for.
/// </summary>
public sealed class RefusedAttemptTests
{
    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public async Task Only_an_attempt_that_may_have_taken_effect_counts_as_one(bool begun, int second)
    {
        var cluster = new ScriptedCluster { Rollout = Some.Rollout(2) };
        var first = true;
        cluster.OnWrite = (_, change, context) =>
        {
            if (!first) return Task.FromResult(new WriteOutcome(200, 1, change.Body, DualWriteOutcome.Success, false, Side.Go));
            first = false;
            return Task.FromException<WriteOutcome>(new StaleEpochException(context.Epoch, 2, begun));
        };
        await using var host = await GatewayHost.Ready(cluster);
        Assert.Equal(HttpStatusCode.OK, (await host.Send(HttpMethod.Put, "/api/sessions/s-1", "{}")).Status);
        Assert.Equal([1, second], cluster.Writes.Select(w => w.Context.Attempt));
        Assert.Single(cluster.Writes.Select(w => w.Context.RequestId).Distinct());
    }

    public static TheoryData<Exception> TooMuch => new(new LimitExceededException("5 000 wait already"), new GatewayTooBusyException("busy"));

    [Theory, MemberData(nameof(TooMuch), DisableDiscoveryEnumeration = true)]
    public async Task A_silo_that_has_too_much_to_do_is_not_asked_again(Exception refusal)
    {
        var repetition = new Repetition<int>(Repetition.Silence, new FakeTimeProvider());
        repetition.Add(Task.FromException<int>(refusal));
        await Assert.ThrowsAsync<OverloadedException>(() => repetition.Next(CancellationToken.None));
        var earlier = new TaskCompletionSource<int>();
        repetition.Add(earlier.Task);
        repetition.Add(Task.FromException<int>(refusal));
        var answer = repetition.Next(CancellationToken.None);
        Assert.False(answer.IsCompleted);
        earlier.SetException(new SiloUnavailableException("left"));
        Assert.False((await answer).Answered);
        repetition.Add(Task.FromException<int>(refusal));
        await Assert.ThrowsAsync<InterruptedException>(() => repetition.Next(CancellationToken.None));
    }
}
