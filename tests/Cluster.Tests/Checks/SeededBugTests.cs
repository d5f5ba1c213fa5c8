using GaiaOrleans.Chaos.Checks;
using GaiaOrleans.Chaos.History;
using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Cluster.Tests.Gateways;
using GaiaOrleans.Cluster.Tests.Sessions;
using GaiaOrleans.Contracts.Gateways;
using GaiaOrleans.Grains.Legacy;
using Orleans.Storage;

namespace GaiaOrleans.Cluster.Tests.Checks;

/// <summary>The checker of <c>./gaia chaos</c> on what real grains did, where a double behind them has a bug that somebody might make, and where it has not.</summary>
public sealed class SeededBugTests(GaiaCluster cluster) : SessionTestBase(cluster)
{
    private const string Member = "register";
    private readonly List<Operation> _history = [];
    private long _clock;

    public static TheoryData<bool> Seeded => new(false, true);

    [Theory, MemberData(nameof(Seeded))]
    public async Task A_store_that_does_not_look_at_versions_loses_a_change(bool seeded)
    {
        await Write("a");
        await Do("b", () => CommitBehindItsBack(Register("b"), lease: null));
        Cluster.Store.Unchecked = seeded;
        try
        {
            await Write("c");
        }
        // As it should be: this activation was not the only one.
        catch (InconsistentStateException) { }
        finally
        {
            Cluster.Store.Unchecked = false;
        }

        Assert.Equal(seeded, RegisterCheck.Of(_history).Any(v => v.Kind == ViolationKind.Lost));
    }

    [Theory, MemberData(nameof(Seeded))]
    public async Task A_repair_that_forgets_what_was_deleted_leaves_it_on_the_other_side(bool seeded)
    {
        await Write("a");
        if (seeded) Cluster.Legacy.Answer(Id, new LegacyAnswer.Applied(null));
        await Do(null, async () => (await Cluster.Delete(Id)).Version);
        var (go, python) = await Cluster.Both(Id, Member);
        Assert.Equal(seeded, EndCheck.Of(new(Id, go, python, go, python), _history).Any(v => v.Kind == ViolationKind.Diverged));
    }

    [Theory, MemberData(nameof(Seeded))]
    public async Task A_fence_that_does_not_wait_lets_a_gateway_answer_by_what_was_before(bool seeded)
    {
        var inForce = Cluster.Rollout.State.Epoch;
        var gateway = new FakeGateway
        {
            OnPush = state =>
            {
                // The bug: acknowledged, and not applied.
                if (!seeded) inForce = state.Epoch;
                return Task.FromResult(state.Epoch);
            },
        };
        await Cluster.RolloutGrain.Register(new("gw-bug-id", "gw-bug", "standalone", 0, 0), Cluster.Orleans.Client.CreateObjectReference<IGatewayObserver>(gateway));
        var change = await Cluster.RolloutGrain.Split(new(25, Some.Caller("a test"), true));
        var returned = ++_clock;
        _history.Add(new(Id, "c", OperationKind.Read, "a", null, ++_clock, ++_clock, Outcome.Done, null, inForce, null, ""));
        await Cluster.RolloutGrain.RemoveGateway("gw-bug-id", Some.Caller());
        Assert.Equal(seeded, FenceCheck.Of(_history, [(returned, change.State.Epoch)]).Any());
        GC.KeepAlive(gateway);
    }

    private static string Register(string value) => $$"""{"{{Member}}":"{{value}}"}""";

    private Task Write(string value) => Do(value, async () => (await Cluster.Replace(Id, Register(value))).Version);

    /// <param name="value">Null = a delete.</param>
    /// <param name="change">Answers its version.</param>
    private async Task Do(string? value, Func<Task<long>> change)
    {
        var invoked = ++_clock;
        var version = await change();
        _history.Add(new(Id, "c", value is null ? OperationKind.Delete : OperationKind.Write, value, null, invoked, ++_clock, Outcome.Done, version, null, null, ""));
    }
}
