using System.Text.Json;
using GaiaOrleans.Demo.Clusters;

namespace GaiaOrleans.Demo.Checks;

/// <summary>Every session that one side lists, page by page.</summary>
internal sealed class SessionPages(SideReads reads)
{
    private static readonly string[] IdFields = ["id", "session_id", "session_name", "name"];

    /// <param name="host">GAIA_HOME or the gateway.</param>
    /// <param name="servedBy">Which side must have answered; null = no matter. A list from the wrong side would prove nothing.</param>
    /// <param name="cancellation">Stops between two pages.</param>
    public async Task<Dictionary<string, JsonElement>> Read(string host, string? servedBy, CancellationToken cancellation)
    {
        var sessions = new Dictionary<string, JsonElement>();
        var cursor = "";
        while (true)
        {
            var query = cursor.Length == 0 ? "?limit=1000" : $"?limit=1000&cursor={Uri.EscapeDataString(cursor)}";
            var page = await reads.Get(Urls.Join(host, "/api/sessions" + query), cancellation);
            if (page.Body is not { } body)
                throw new DemoFailedException($"{host} answered {page.Status} to the list of sessions");
            if (servedBy is not null && page.ServedBy != servedBy)
                throw new DemoFailedException($"{host} served its list from {page.ServedBy ?? "an unnamed side"}, not from {servedBy}: it proves nothing");
            foreach (var session in Items(host, body))
                sessions[Id(host, session)] = session;
            if (string.IsNullOrEmpty(page.NextCursor) || page.NextCursor == cursor)
                return sessions;
            cursor = page.NextCursor;
        }
    }

    private static JsonElement.ArrayEnumerator Items(string host, JsonElement body)
    {
        var list = body.ValueKind == JsonValueKind.Object && body.TryGetProperty("sessions", out var inner) ? inner : body;
        return list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : throw new DemoFailedException($"{host} lists sessions in a shape that the demo cannot read");
    }

    private static string Id(string host, JsonElement session)
    {
        foreach (var field in IdFields)
        {
            if (session.TryGetProperty(field, out var id) && id.ValueKind is JsonValueKind.String or JsonValueKind.Number)
                return id.ToString();
        }
        throw new DemoFailedException($"{host} lists a session without an id: {session}");
    }
}
