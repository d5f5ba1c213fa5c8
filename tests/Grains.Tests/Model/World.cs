using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Rollouts;

namespace GaiaOrleans.Grains.Tests.Model;

/// <summary>Two sessions, both sides, the network between them, and the activations that live at the moment.</summary>
internal sealed class World
{
    public static readonly string[] Ids = ["a", "b"];
    private readonly Dictionary<string, ActivationModel> _activations = [];
    private readonly Dictionary<string, ActivationModel> _duplicates = [];
    private readonly Dictionary<(string Id, long Epoch), Side> _leads = [];
    private int _commits;

    public World(Corners corners)
    {
        Corners = corners;
        Store = new(Events);
        Legacy = new(Events);
    }

    public Corners Corners { get; }
    public EventQueue Events { get; } = new();
    public StoreModel Store { get; }
    public LegacyModel Legacy { get; }
    public Weather Weather { get; private set; } = Weather.Fine;

    public bool Forwarding => Store.Rollout is { DualWrite.Enabled: false, AfterCutover: false };

    public void Turn(Weather weather)
    {
        Weather = weather;
        _commits = 0;
    }

    public StoreFault NextStoreFault() => Weather.Store != StoreFault.None && _commits++ == Weather.FaultAt ? Weather.Store : StoreFault.None;

    /// <summary>Sends one request; it arrives, is applied or not, and is answered after its delay, whether or not the sender still lives.</summary>
    public void Ship(Shipment shipment, Action<LegacyAnswer> answered)
    {
        if (!Store.EverHeld(shipment.Id, shipment.Document)) throw new Violation("no commit, no send", $"version {shipment.Version} of {shipment.Id} was sent and is not stored");
        Events.After(TimeSpan.FromMilliseconds(Weather.DelayMs), () => answered(Legacy.Receive(shipment)));
    }

    public void Decided(string id, RolloutState rollout, Side lead)
    {
        if (_leads.TryGetValue((id, rollout.Epoch), out var other) && other != lead) throw new Violation("I5", $"{id} had two leads in epoch {rollout.Epoch}");
        _leads[(id, rollout.Epoch)] = lead;
    }

    /// <summary>The activation that a request reaches; loaded when there is none.</summary>
    public ActivationModel Activation(string id, bool duplicate = false)
    {
        if (duplicate && _duplicates.TryGetValue(id, out var older) && !older.Dead) return older;
        if (_activations.TryGetValue(id, out var living) && !living.Dead) return living;
        return _activations[id] = new(this, id);
    }

    public void Split(string id)
    {
        if (_duplicates.TryGetValue(id, out var older) && !older.Dead) return;
        _duplicates[id] = Activation(id);
        _activations.Remove(id);
        Activation(id);
    }

    public void Kill(string id)
    {
        Activation(id).Die();
        if (_duplicates.TryGetValue(id, out var older)) older.Die();
    }

    /// <summary>What the gateway does: it repeats a request when another activation has won, and once after the loss of a silo.</summary>
    /// <param name="lost">Told of that loss; null = the gateway is lost with the silo.</param>
    public T Calling<T>(string id, bool duplicate, Func<ActivationModel, int, T> call, Action? lost = null)
    {
        for (var attempt = 1; ; attempt++)
        {
            var activation = Activation(id, duplicate);
            try
            {
                return call(activation, attempt);
            }
            catch (FencedException) when (attempt <= 2)
            {
                Corners.Visit("fenced by commit id");
                Retire(activation);
            }
            catch (CrashedException) when (lost is not null && attempt == 1)
            {
                lost();
                Corners.Visit("repeated by the gateway");
                Turn(Weather with { Crash = CrashPoint.None });
            }
            catch (OutcomeUnknownException)
            {
                Retire(activation);
                throw;
            }
        }
    }

    // It is dropped only after its request to legacy has ended, as OnDeactivateAsync waits for it.
    private static void Retire(ActivationModel activation)
    {
        if (!activation.Dead) activation.WaitForSending();
        activation.Die();
    }

    public void Change(RolloutStep? step)
    {
        if (step is not null) Store.Change(step);
    }
}
