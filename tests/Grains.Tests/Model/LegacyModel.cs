using System.Text.Json;
using System.Text.Json.Nodes;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Tests.Model;

/// <summary>A request to legacy on its way.</summary>
/// <param name="Version">Of the state it carries; an intent carries the version it will become.</param>
/// <param name="Exists">Legacy is believed to have the session.</param>
/// <param name="Sender">The row as its sender knew it.</param>
/// <param name="Allowed">What its sender had seen of legacy just before; null = it did not look.</param>
internal sealed record Shipment(string Id, SessionDocument? Document, long Version, string? Key, bool Exists, Fate Fate, Sight? Allowed, SessionRow Sender);

/// <summary>Legacy's session at one moment.</summary>
/// <param name="ByOthers">It was written there directly last.</param>
internal sealed record Sight(string? Json, bool ByOthers);

/// <summary>GAIA_HOME: stamps updated_at in its own spelling, keeps its own member order, compares no versions.</summary>
internal sealed class LegacyModel(World world)
{
    private readonly Dictionary<string, Sight> _sessions = [];
    private readonly Dictionary<string, long> _newest = [];
    private readonly Dictionary<(string Id, string Key), HashSet<string>> _effects = [];
    private readonly Dictionary<string, string> _sentBefore = [];

    public Content? Content(string id) => Look(id).Json is { } json ? Model.Content.Of(System.Text.Encoding.UTF8.GetBytes(json)) : null;

    public Sight Look(string id) => _sessions.GetValueOrDefault(id) ?? new(null, false);

    public LegacyRead Read(string id)
    {
        if (Look(id).Json is not { } json) return LegacyRead.Absent;
        using var document = JsonDocument.Parse(json);
        return LegacyRead.Of(id, document.RootElement, Some.Stamped);
    }

    public LegacyAnswer Receive(Shipment shipment)
    {
        if (shipment.Fate is Fate.Applied or Fate.UnknownApplied)
        {
            if (shipment.Exists && Look(shipment.Id).Json is null) return shipment.Fate == Fate.Applied ? new LegacyAnswer.Gone() : new LegacyAnswer.Unknown("timeout", "no answer");
            Apply(shipment);
        }

        return shipment.Fate switch
        {
            Fate.Applied => new LegacyAnswer.Applied(Read(shipment.Id).Hash),
            Fate.Failed => new LegacyAnswer.Failed("unavailable", "connection refused"),
            Fate.Rejected => new LegacyAnswer.Rejected(422, "not today"),
            _ => new LegacyAnswer.Unknown("timeout", "no answer"),
        };
    }

    /// <summary>A client writes past the cluster: the gateway lets it while dual-write is off before cutover, or it knows the way by itself.</summary>
    public void WriteDirectly(string id, ChangeKind kind, int n, bool byOthers)
    {
        if (kind == ChangeKind.Delete)
        {
            _sessions[id] = new(null, byOthers);
            return;
        }

        var patch = JsonNode.Parse(Model.Content.Body(kind, n))!.AsObject();
        var session = kind == ChangeKind.Merge ? JsonNode.Parse(Look(id).Json!)!.AsObject() : [];
        foreach (var (name, value) in patch)
            if (name == "metadata" && session["metadata"] is JsonObject metadata) metadata[$"m{n:000}"] = true;
            else session[name] = value?.DeepClone();
        Store(id, session, byOthers);
    }

    /// <summary>Somebody restores what was sent before the last change; false = nothing was.</summary>
    public bool TurnBack(string id)
    {
        if (!_sentBefore.TryGetValue(id, out var earlier)) return false;
        Store(id, JsonNode.Parse(earlier)!.AsObject(), byOthers: true);
        return true;
    }

    private void Apply(Shipment shipment)
    {
        if (shipment.Version < _newest.GetValueOrDefault(shipment.Id))
            throw new Violation("I3", $"version {shipment.Version} of {shipment.Id} reached legacy after version {_newest[shipment.Id]}");
        _newest[shipment.Id] = shipment.Version;
        if (shipment.Key is { } key)
        {
            if (!_effects.TryGetValue((shipment.Id, key), out var effects)) _effects[(shipment.Id, key)] = effects = [];
            if (effects.Add(shipment.Document?.Text() ?? "deleted") && effects.Count > 1) throw new Violation("I4", $"key {key} had {effects.Count} effects on legacy");
        }

        CheckOverwritten(shipment);
        if (shipment.Document is null)
        {
            _sessions[shipment.Id] = new(null, false);
            return;
        }

        if (_sessions.GetValueOrDefault(shipment.Id) is { Json: { } before, ByOthers: false }) _sentBefore[shipment.Id] = before;
        Store(shipment.Id, JsonNode.Parse(shipment.Document.Utf8)!.AsObject(), byOthers: false);
    }

    /// <summary>What others wrote before the sender looked must have been taken over or be in the log; what they wrote since then is in nobody's hands.</summary>
    private void CheckOverwritten(Shipment shipment)
    {
        var now = Look(shipment.Id);
        if (!now.ByOthers) return;
        var known = shipment.Allowed ?? now;
        if (known != now) world.Corners.Visit("written between read and send");
        if (!known.ByOthers) return;
        if (known.Json is { } json)
        {
            if (world.Store.Known.Lost(shipment.Id, json, shipment.Document) is { Count: > 0 } lost)
                throw new Violation("I2", $"version {shipment.Version} of {shipment.Id} overwrote {string.Join(", ", lost)} on legacy, which nobody took over and no log shows");
        }
        else if (shipment is { Document: not null, Sender: var row })
        {
            if (row.LegacyHash is not null && row.RecentSends.All(s => s.Hash.Length > 0)) throw new Violation("I2", $"version {shipment.Version} brought {shipment.Id} back, and no log shows that it was deleted there");
            world.Corners.Visit("gone recreated");
        }
    }

    private void Store(string id, JsonObject session, bool byOthers)
    {
        session["id"] = id;
        session["updated_at"] = world.Events.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff", System.Globalization.CultureInfo.InvariantCulture);
        _sessions[id] = new(new JsonObject(session.Reverse().Select(m => KeyValuePair.Create(m.Key, m.Value?.DeepClone()))).ToJsonString(), byOthers);
    }
}
