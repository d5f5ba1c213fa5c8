using System.Text;
using System.Text.Json.Nodes;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Legacy;

namespace GaiaOrleans.Cluster.Tests.Clusters;

/// <summary>Ordinary values, for tests that are about something else.</summary>
internal static class Some
{
    public static readonly LegacyAnswer Refused = new LegacyAnswer.Failed("unavailable", "GAIA_HOME refused the connection.");
    public static readonly LegacyAnswer Lost = new LegacyAnswer.Unknown("timeout", "GAIA_HOME did not answer in time.");
    public static readonly LegacyAnswer Locked = new LegacyAnswer.Failed("rejected", "PUT answered 409 locked") { IfItLasts = new(409, "locked") };
    public static readonly LegacyAnswer Rejected = new LegacyAnswer.Rejected(422, "tier is not allowed");

    public static string Id() => "s-" + Guid.CreateVersion7();

    public static Caller Caller(string? reason = null) => new("tester", reason);

    public static byte[] Utf8(string json) => Encoding.UTF8.GetBytes(json);

    public static string? Text(byte[]? utf8) => utf8 is null ? null : Encoding.UTF8.GetString(utf8);

    /// <summary>A field of a document as its JSON text; null when there is no document, or no such field.</summary>
    public static string? Field(string? document, string name) => document is null ? null : JsonNode.Parse(document)![name]?.ToJsonString();

    public static string? Field(byte[]? document, string name) => Field(Text(document), name);
}
