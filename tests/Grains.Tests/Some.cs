using System.Text;
using System.Text.Json;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Tests;

/// <summary>Ordinary values, for tests that are about something else.</summary>
internal static class Some
{
    public const string Id = "s-1";
    public static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    public static readonly IReadOnlySet<string> Stamped = new HashSet<string> { SessionField.UpdatedAt };

    public static JsonElement Json(string text)
    {
        using var json = JsonDocument.Parse(text);
        return json.RootElement.Clone();
    }

    public static SessionDocument Document(string json) => SessionDocument.FromClient(Id, Encoding.UTF8.GetBytes(json));

    public static string Text(this SessionDocument document) => Encoding.UTF8.GetString(document.Utf8);

    public static JsonElement Member(this SessionDocument document, string name)
    {
        using var json = document.Parse();
        return json.RootElement.GetProperty(name).Clone();
    }

    public static LegacyRead Legacy(string json) => LegacyRead.Of(Id, Json(json), Stamped);

    public static Moment Moment(double seconds = 0) => new(Now.AddSeconds(seconds), Guid.NewGuid(), "silo-1", TimeSpan.FromSeconds(4));

    public static Caller Caller(string? reason = null) => new("tester", reason);

    public static RolloutState Rollout(
        bool enabled = true, DualWriteMode mode = DualWriteMode.GoLeads, RolloutPhase phase = RolloutPhase.DualWrite, long generation = 1, decimal percentage = 0) =>
        InMemoryRolloutStore.InitialState(Now) with
        {
            Phase = phase,
            GoPercentage = percentage,
            Generation = generation,
            DualWrite = new(enabled, Closing: false, mode, AckPolicy.Both),
        };

    public static SessionChange Change(ChangeKind kind, string body = "{}") => new(kind, kind == ChangeKind.Delete ? [] : Encoding.UTF8.GetBytes(body));

    public static WriteContext Context(string? key = null, long? expected = null) => new(1, expected, key);

    /// <summary>A live row that both sides have, at version 1.</summary>
    public static SessionRow InSync(string json = """{"status":"idle"}""")
    {
        var committed = Committed(SessionRow.Absent(Id), ChangeKind.Create, json);
        return SessionRules.Acknowledge(committed, committed.Version, new LegacyAnswer.Applied("hash-1"), Now, 0);
    }

    /// <summary>The row after a change under go_leads, committed and not sent yet.</summary>
    public static SessionRow Committed(SessionRow row, ChangeKind kind, string json, string? key = null, double seconds = 0) =>
        ((Decision.CommitThenSend)SessionRules.Decide(row, Change(kind, json), Context(key), Rollout(), legacyRead: true, Moment(seconds))).Next;

    /// <summary>The row with a standing intent under python_leads.</summary>
    public static SessionRow Intended(SessionRow row, ChangeKind kind, string json, string? key = null, double seconds = 0) =>
        ((Decision.IntendThenSend)SessionRules.Decide(
            row, Change(kind, json), Context(key), Rollout(mode: DualWriteMode.PythonLeads), legacyRead: true, Moment(seconds))).Intended;
}
