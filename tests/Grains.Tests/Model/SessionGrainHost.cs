using System.Collections.Immutable;
using System.Reflection;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Retention;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Grains.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Grains.Tests.Model;

/// <summary>Makes session grains as a silo does, without a silo: the model runs the code that runs in production.</summary>
internal static class SessionGrainHost
{
    private static readonly SessionInstruments Instruments =
        new(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>(), new());

    private static readonly ILocalSiloDetails Silo = Stub.Of<ILocalSiloDetails>(("get_Name", () => "silo"));

    // Which grain a constructor makes is known by the thread alone; Orleans shows it to nobody else.
    private static readonly MethodInfo SetContext = typeof(Grain).Assembly.GetType("Orleans.Runtime.RuntimeContext", throwOnError: true)!
        .GetMethod("SetExecutionContext", BindingFlags.Static | BindingFlags.NonPublic)!;

    /// <param name="leave">What the grain does when it wants to be dropped after the call.</param>
    /// <param name="shown">Of the silo, where it has more than this grain.</param>
    /// <returns>The grain, what its silo shows of it, and that silo's lease.</returns>
    public static (SessionGrain Grain, PresentSessions Present, SiloLease Lease) Make(string id, ISessionStore store, ILegacySessions legacy, IRolloutStore rollout, TimeProvider time, Action leave, PresentSessions? shown = null)
    {
        var runtime = Stub.Of<IGrainRuntime>(("DeactivateOnIdle", () =>
        {
            leave();
            return null;
        }
        ));
        var services = Stub.Of<IServiceProvider>(("GetService", () => runtime));
        var context = Stub.Of<IGrainContext>(("get_GrainId", () => GrainId.Create("gaia.session", id)), ("get_ActivationServices", () => services));
        var options = Options.Create(new RolloutOptions());
        var nobody = new ClusterMembershipSnapshot(ImmutableDictionary<SiloAddress, ClusterMember>.Empty, new(0));
        var living = new DeadSiloLeases(Stub.Of<IClusterMembershipService>(("get_CurrentSnapshot", () => nobody)), time, options);
        var lease = new SiloLease(rollout, time, options, NullLogger<SiloLease>.Instance);
        var present = shown ?? new(lease, time);
        SetContext.Invoke(null, [context, null]);
        try
        {
            return (new(store, legacy, lease, living, present, Instruments, DiffRules.Default, time, Options.Create(new SessionOptions()), Options.Create(new RetentionOptions()), Silo, NullLogger<SessionGrain>.Instance), present, lease);
        }
        finally
        {
            SetContext.Invoke(null, [null, null]);
        }
    }
}
