using System.Collections.Concurrent;
using System.Text;
using GaiaOrleans.Contracts.Gateways;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;

namespace GaiaOrleans.Gateway.Tests.Hosts;

/// <summary>The grains as a gateway sees them, each call answered by its test.</summary>
internal sealed class ScriptedCluster
{
    public RolloutState Rollout { get; set; } = Some.Rollout();

    public Func<string, Task<SessionSnapshot>> OnRead { get; set; } = _ => Task.FromResult(new SessionSnapshot(0, null, false, false));

    public Func<string, SessionChange, WriteContext, Task<WriteOutcome>> OnWrite { get; set; } =
        (_, change, _) => Task.FromResult(new WriteOutcome(200, 1, change.Body, DualWriteOutcome.Success, false, Side.Go));

    public Func<string, long, long, Task<ShadowVerdict>> OnShadow { get; set; } = (_, _, _) => Task.FromResult(ShadowVerdict.Equal);

    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(2);

    public Func<SessionQuery, Task<SessionPage>> OnList { get; set; } = _ => Task.FromResult(new SessionPage(true, [], null));

    public Func<Task<string>> OnIdMember { get; set; } = () => Task.FromResult("id");

    /// <summary>Told of each reading that a gateway asks for.</summary>
    public Action OnGrant { get; set; } = static () => { };

    public Func<GatewayRegistration, Exception?> OnRegister { get; set; } = _ => null;

    /// <summary>The silo through which a client reaches the rollout answers nothing; the others do.</summary>
    public bool RolloutIsSilent { get; init; }

    public ConcurrentQueue<GatewayRegistration> Registrations { get; } = [];

    public Func<string, Exception?> OnDeparture { get; init; } = _ => null;

    /// <summary>Ids of gateways that have taken themselves out.</summary>
    public ConcurrentQueue<string> Departures { get; } = [];

    public DateTimeOffset? StoreTime { get; init; }

    public ConcurrentQueue<(string Id, SessionChange Change, WriteContext Context)> Writes { get; } = [];

    public IGrainFactory Grains => Scripted.Of<IGrainFactory>((method, args) => method.Name switch
    {
        nameof(IGrainFactory.CreateObjectReference) => args[0],
        nameof(IGrainFactory.GetGrain) => Grain(method.GetGenericArguments()[0], args[0]!),
        _ => throw new NotSupportedException(method.Name),
    });

    private Task<RolloutGrant> Granted()
    {
        OnGrant();
        return Task.FromResult(new RolloutGrant(Rollout, Lease, StoreTime));
    }

    public static SessionSnapshot Stored(long version, string? body, bool pending = false) => new(version, body is null ? null : Encoding.UTF8.GetBytes(body), pending, false);

    private object Grain(Type grain, object key) => grain.Name switch
    {
        nameof(ISessionGrain) => Scripted.Of<ISessionGrain>((method, args) => method.Name switch
        {
            nameof(ISessionGrain.Read) => new ValueTask<SessionSnapshot>(OnRead((string)key)),
            nameof(ISessionGrain.Shadow) => OnShadow((string)key, (long)args[0]!, (long)args[1]!),
            nameof(ISessionGrain.Write) => Write((string)key, (SessionChange)args[0]!, (WriteContext)args[1]!),
            _ => throw new NotSupportedException(method.Name),
        }),
        nameof(ISessionListGrain) => Scripted.Of<ISessionListGrain>((method, args) => method.Name switch
        {
            nameof(ISessionListGrain.Page) => OnList((SessionQuery)args[0]!),
            nameof(ISessionListGrain.IdMember) => OnIdMember(),
            _ => throw new NotSupportedException(method.Name),
        }),
        nameof(IRolloutReaderGrain) => Scripted.Of<IRolloutReaderGrain>((method, args) => method.Name switch
        {
            nameof(IRolloutReaderGrain.Register) => Register((GatewayRegistration)args[0]!),
            _ => Granted(),
        }),
        nameof(IRolloutGrain) => Scripted.Of<IRolloutGrain>((method, args) => method.Name switch
        {
            nameof(IRolloutGrain.Register) => RolloutIsSilent ? new TaskCompletionSource<RolloutGrant>().Task : Register((GatewayRegistration)args[0]!),
            nameof(IRolloutGrain.Get) => Task.FromResult(Rollout),
            nameof(IRolloutGrain.RemoveGateway) => Departed((string)args[0]!),
            _ => throw new NotSupportedException(method.Name),
        }),
        _ => throw new NotSupportedException(grain.Name),
    };

    private Task<WriteOutcome> Write(string id, SessionChange change, WriteContext context)
    {
        Writes.Enqueue((id, change, context));
        return OnWrite(id, change, context);
    }

    private Task Departed(string id)
    {
        if (OnDeparture(id) is { } refusal) return Task.FromException(refusal);
        Departures.Enqueue(id);
        return Task.CompletedTask;
    }

    private Task<RolloutGrant> Register(GatewayRegistration gateway)
    {
        if (OnRegister(gateway) is { } refusal) return Task.FromException<RolloutGrant>(refusal);
        Registrations.Enqueue(gateway);
        return Task.FromResult(new RolloutGrant(Rollout, Lease));
    }
}
