using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Grains.Sessions;
using Orleans.Storage;

namespace GaiaOrleans.Grains.Tests.Model;

/// <summary>Two sessions, both sides, the network between them, and the activations that live at the moment.</summary>
internal sealed class World
{
    public static readonly string[] Ids = ["a", "b"];
    private readonly Dictionary<string, Activation> _activations = [];
    private readonly Dictionary<string, Activation> _duplicates = [];
    private readonly Dictionary<(string Id, long Epoch), Side> _leads = [];
    private int _commits;

    public World(Corners corners, bool othersWrite)
    {
        Corners = corners;
        OthersWrite = othersWrite;
        Events = new(corners);
        Store = new(this);
        Legacy = new(this);
        Legacy.WriteDirectly("b", ChangeKind.Replace, 0, byOthers: false);
        foreach (var id in Ids) Oracles[id] = new(id, Legacy.Content(id));
    }

    /// <summary>Clients write to legacy past every gateway, and the cluster has been told so.</summary>
    public bool OthersWrite { get; }

    public Corners Corners { get; }
    public EventQueue Events { get; }
    public StoreModel Store { get; }
    public LegacyModel Legacy { get; }
    public Dictionary<string, Oracle> Oracles { get; } = [];
    public Weather Weather { get; private set; } = Weather.Fine;

    /// <summary>What the operator decided upon last, where it was neither side's value.</summary>
    public string? OperatorsValue { get; set; }

    public bool Forwarding => Store.Rollout is { DualWrite.Enabled: false, AfterCutover: false };

    /// <summary>A call acts on the settings that its silo had read when it began, and that may be a moment old.</summary>
    public bool SettingsAreFresh => CalledAt - Store.Rollout.UpdatedAt <= TimeSpan.FromSeconds(1);

    public DateTimeOffset CalledAt { get; set; }

    public void Turn(Weather weather)
    {
        Weather = weather;
        _commits = 0;
    }

    public StoreFault NextStoreFault() => Weather.Store switch
    {
        StoreFault.None => StoreFault.None,
        StoreFault.AllSlow => StoreFault.Slow,
        var fault => _commits++ == Weather.FaultAt ? fault : StoreFault.None,
    };

    public void Decided(string id, Side lead)
    {
        var epoch = Store.Rollout.Epoch;
        if (_leads.TryGetValue((id, epoch), out var other) && other != lead) throw new Violation("I5", $"{id} had two leads in epoch {epoch}");
        _leads[(id, epoch)] = lead;
    }

    /// <summary>Somebody writes to legacy directly; where legacy serves the session, that is what it says from now on.</summary>
    public void WriteDirectly(Command.Direct direct, int n)
    {
        var id = Ids[direct.Session];
        if (!OthersWrite && direct.Kind != ChangeKind.Delete || !Content.Allows(Legacy.Content(id), direct.Kind)) return;
        // An intent that is withdrawn leaves a session that is not known yet as unknown as it was.
        var servedByLegacy = Forwarding || SessionRules.NeedsAdoption(Store.Row(id) with { Intent = null }, Store.Rollout);
        // What was sent before the cluster was away for a while is taken for its echo, and sent over, unless legacy alone serves the session: then it is what somebody wrote.
        if (direct.Back && !Legacy.TurnBack(id)) return;
        if (!direct.Back) Legacy.WriteDirectly(id, direct.Kind, n, byOthers: true);
        Corners.Visit(direct.Back ? "turned back" : "written by others");
        if (servedByLegacy) Oracles[id].Foreign(Legacy.Content(id));
    }

    /// <summary>The activation that a request reaches; loaded when there is none.</summary>
    public Activation Activation(string id, bool duplicate = false)
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
    /// <param name="again">Told before each repetition: nobody knows what became of the attempt before.</param>
    /// <param name="survives">The gateway lives on when the silo is lost.</param>
    public T Calling<T>(string id, bool duplicate, Func<ISessionGrain, int, Task<T>> call, Action? again = null, bool survives = false)
    {
        for (var attempt = 1; ; attempt++)
        {
            var activation = Activation(id, duplicate);
            try
            {
                var times = attempt;
                return activation.Call(g => call(g, times));
            }
            catch (InconsistentStateException) when (attempt <= 2)
            {
                Corners.Visit("fenced by commit id");
                activation.Retire();
                again?.Invoke();
            }
            catch (CrashedException) when (survives && attempt == 1)
            {
                again?.Invoke();
                Corners.Visit("repeated by the gateway");
                Turn(Weather with { Crash = CrashPoint.None });
            }
            finally
            {
                if (activation.Leaving) activation.Retire();
            }
        }
    }

    public void Change(RolloutStep? step)
    {
        if (step is not null) Store.Change(step);
    }
}
