using System.Text.Json;
using System.Text.Json.Nodes;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Tests.Model;

/// <summary>A request to legacy on its way.</summary>
/// <param name="Version">Of the state it carries; an intent carries the version it will become.</param>
internal sealed record Shipment(string Id, SessionDocument? Document, long Version, string? Key, Fate Fate)
{
    public LegacyAnswer? Answer { get; set; }
}

/// <summary>GAIA_HOME: stamps updated_at in its own spelling, keeps its own member order, compares no versions.</summary>
internal sealed class LegacyModel(EventQueue events)
{
    private readonly Dictionary<string, string> _sessions = [];
    private readonly Dictionary<string, long> _newest = [];
    private readonly Dictionary<(string Id, string Key), HashSet<string>> _effects = [];

    public Content? Content(string id) => _sessions.TryGetValue(id, out var json) ? Model.Content.Of(System.Text.Encoding.UTF8.GetBytes(json)) : null;

    public LegacyRead Read(string id)
    {
        if (!_sessions.TryGetValue(id, out var json)) return LegacyRead.Absent;
        using var document = JsonDocument.Parse(json);
        return LegacyRead.Of(id, document.RootElement, Some.Stamped);
    }

    public LegacyAnswer Receive(Shipment shipment)
    {
        if (shipment.Fate is Fate.Applied or Fate.UnknownApplied) Apply(shipment);
        return shipment.Fate switch
        {
            Fate.Applied => new LegacyAnswer.Applied(Read(shipment.Id).Hash),
            Fate.Failed => new LegacyAnswer.Failed("unavailable", "connection refused"),
            Fate.Rejected => new LegacyAnswer.Rejected(422, "not today"),
            _ => new LegacyAnswer.Unknown("timeout", "no answer"),
        };
    }

    /// <summary>A client writes past the cluster, as the gateway lets it while dual-write is off before cutover.</summary>
    public void WriteDirectly(string id, ChangeKind kind, int n)
    {
        if (kind == ChangeKind.Delete)
        {
            _sessions.Remove(id);
            return;
        }

        var patch = JsonNode.Parse(Model.Content.Body(kind, n))!.AsObject();
        var session = kind == ChangeKind.Merge ? JsonNode.Parse(_sessions[id])!.AsObject() : [];
        foreach (var (name, value) in patch)
            if (name == "metadata" && session["metadata"] is JsonObject metadata) metadata[$"m{n:000}"] = true;
            else session[name] = value?.DeepClone();
        Store(id, session);
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

        if (shipment.Document is null) _sessions.Remove(shipment.Id);
        else Store(shipment.Id, JsonNode.Parse(shipment.Document.Utf8)!.AsObject());
    }

    private void Store(string id, JsonObject session)
    {
        session["id"] = id;
        session["updated_at"] = events.Now.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff", System.Globalization.CultureInfo.InvariantCulture);
        _sessions[id] = new JsonObject(session.Reverse().Select(m => KeyValuePair.Create(m.Key, m.Value?.DeepClone()))).ToJsonString();
    }
}
