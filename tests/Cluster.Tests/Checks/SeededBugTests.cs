using GaiaOrleans.Chaos.Checks;
using GaiaOrleans.Chaos.History;
using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Cluster.Tests.Gateways;
using GaiaOrleans.Cluster.Tests.Sessions;
using GaiaOrleans.Contracts.Gateways;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Gateway.Sessions;
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
        await Do("b", async () => await CommitBehindItsBack(Register("b"), lease: null));
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

    /// <summary>GAIA_HOME was away when it was deleted: it is for repair to tell it.</summary>
    [Theory, MemberData(nameof(Seeded))]
    public async Task A_repair_that_forgets_what_was_deleted_leaves_it_on_the_other_side(bool seeded)
    {
        await Write("a");
        Cluster.Legacy.Answer(Id, Some.Refused);
        // The bug: it counts as sent, and was not.
        if (seeded) Cluster.Legacy.Answer(Id, new LegacyAnswer.Applied(null));
        await Do(null, async () => (await Cluster.Delete(Id)).Version);
        Assert.NotNull(Cluster.Legacy.Side.Peek(Id));
        Assert.True(await Cluster.Session(Id).Repair());
        var (go, python) = await Cluster.Both(Id, Member);
        Assert.Equal(seeded, EndCheck.Of(new(Id, go, python, go, python), _history).Any(v => v.Kind == ViolationKind.Diverged));
    }

    /// <summary>With dual-write off gateways pass everything on to GAIA_HOME. When it is turned on, each must have stopped doing so before that is said to be done.</summary>
    [Theory, MemberData(nameof(Seeded))]
    public async Task A_fence_that_does_not_wait_lets_a_gateway_go_by_what_was_before(bool seeded)
    {
        await Write("a");
        var inForce = await Cluster.Put(s => s with { DualWrite = s.DualWrite with { Enabled = false } });
        var gateway = new FakeGateway
        {
            OnPush = state =>
            {
                // The bug: acknowledged, and not applied.
                if (!seeded) inForce = state;
                return Task.FromResult(state.Epoch);
            },
        };
        await Cluster.RolloutGrain.Register(new("gw-bug-id", "gw-bug", "standalone", 0, 0), Cluster.Orleans.Client.CreateObjectReference<IGatewayObserver>(gateway));
        var change = await Cluster.RolloutGrain.SetDualWrite(new(true, DualWriteMode.GoLeads, AckPolicy.Both, Some.Caller("a test")));
        var returned = ++_clock;
        await Read();
        await Through();
        await Read();
        await Cluster.RolloutGrain.RemoveGateway("gw-bug-id", Some.Caller());
        Assert.Equal(seeded, FenceCheck.Of(_history, [(returned, change.State.Epoch)]).Any());
        Assert.Equal(seeded, OrderCheck.Of(_history).Any(v => v.Kind == ViolationKind.Stale));
        GC.KeepAlive(gateway);

        // As a gateway does it, by what it takes to be in force.
        async Task Through()
        {
            if (!SessionRouter.ForwardsOnly(inForce)) await Write("b");
            else await Do("b", PassOn, inForce.Epoch);
        }

        Task<long?> PassOn()
        {
            Cluster.Legacy.Side.Seed(Id, Register("b"));
            return Task.FromResult<long?>(null);
        }
    }

    private static string Register(string value) => $$"""{"{{Member}}":"{{value}}"}""";

    private Task Write(string value) => Do(value, async () => (await Cluster.Replace(Id, Register(value))).Version);

    private async Task Read()
    {
        var invoked = ++_clock;
        var register = Some.Field((await Cluster.Session(Id).Read()).Body, Member)?.Trim('"');
        _history.Add(new(Id, "r", OperationKind.Read, register, null, invoked, ++_clock, Outcome.Done, null, null, "go", ""));
    }

    /// <param name="value">Null = a delete.</param>
    /// <param name="change">Answers its version, if it is told one.</param>
    /// <param name="epoch">Of a gateway that goes by it. Default: nobody says.</param>
    private async Task Do(string? value, Func<Task<long?>> change, long? epoch = null)
    {
        var invoked = ++_clock;
        var version = await change();
        _history.Add(new(Id, "c", value is null ? OperationKind.Delete : OperationKind.Write, value, null, invoked, ++_clock, Outcome.Done, version, epoch, null, ""));
    }
}
