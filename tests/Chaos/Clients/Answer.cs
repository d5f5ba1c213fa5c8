using System.Globalization;
using System.Text.Json;
using GaiaOrleans.Chaos.Checks;
using GaiaOrleans.Chaos.History;

namespace GaiaOrleans.Chaos.Clients;

/// <summary>What a client was told.</summary>
/// <param name="Version">The ETag.</param>
/// <param name="Side">Which the answer names: the one that serves a read, or leads a change.</param>
internal sealed record Answer(int Status, string? Code, long? Version, long? Epoch, string? Side, string? Register)
{
    /// <summary>Nobody listens there.</summary>
    public static readonly Answer Nothing = new(0, "not sent", null, null, null, null);

    // Refusals that say that nothing took effect.
    private static readonly HashSet<string> Certain = ["lead_unavailable", "closing"];

    public bool Sent => Status > 0;

    public string Said => $"{Status} {Code}";

    /// <summary>Null = no session; one that has no register yet shows what was there at first.</summary>
    public string? Shown => Status == 404 ? null : Register ?? OrderCheck.Seed;

    public static Answer Of(HttpResponseMessage response, string text) => new(
        (int)response.StatusCode, Text(text, "code"), Number(response.Headers.ETag?.Tag.Trim('"')), Number(Header(response, "X-Gaia-Epoch")), Header(response, "X-Gaia-Served-By"),
        Text(text, SessionClient.Member));

    /// <summary>Of an answer that did not come: nobody knows.</summary>
    public static Outcome OutcomeOf(Answer? answer, OperationKind kind) => answer switch
    {
        null => Outcome.Unknown,
        { Status: >= 200 and < 300 } => Outcome.Done,
        { Sent: false } => Outcome.Refused,
        // There is no such session, and that is an answer.
        { Status: 404 } when kind == OperationKind.Read => Outcome.Done,
        { Status: < 500 } => Outcome.Refused,
        { Code: { } code } when Certain.Contains(code) => Outcome.Refused,
        _ => Outcome.Unknown,
    };

    private static string? Text(string json, string member)
    {
        try
        {
            if (json.Length == 0) return null;
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? values.First() : null;

    private static long? Number(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
