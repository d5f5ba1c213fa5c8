using System.Text;
using System.Text.Json;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Silo.Tests.Legacy;

internal static class Some
{
    private static int _next;

    /// <summary>An id that no other test uses.</summary>
    public static string Id(string prefix = "s") => $"{prefix}-{Interlocked.Increment(ref _next)}";

    public static SessionDocument Document(string id, string status = "idle", string more = "") =>
        SessionDocument.FromClient(id, Encoding.UTF8.GetBytes($$"""{"session_name":"Some","status":"{{status}}","created_at":"2026-01-31T12:00:00Z"{{more}}}"""));

    public static string? Field(this LegacyRead read, string name)
    {
        using var json = read.Document!.Parse();
        return json.RootElement.TryGetProperty(name, out var value) ? value.ToString() : null;
    }

    public static DiffResult Diff(this LegacyRead left, LegacyRead right)
    {
        using var a = left.Document!.Parse();
        using var b = right.Document!.Parse();
        return SessionDiff.Compare(a.RootElement, b.RootElement, DiffRules.Default);
    }

    /// <summary>One of which nothing is believed.</summary>
    public static Task<LegacyRead> Get(this ILegacySessions sessions, string id, CancellationToken cancellationToken) => sessions.Get(id, exists: false, cancellationToken);

    public static async Task<List<LegacyListed>> WholeList(this ILegacySessions sessions, Func<ILegacySessions>? forEachPage = null)
    {
        var all = new List<LegacyListed>();
        string? cursor = null;
        do
        {
            var page = await (forEachPage?.Invoke() ?? sessions).List(cursor, default);
            all.AddRange(page.Sessions);
            cursor = page.Next;
        }
        while (cursor is not null);
        return all;
    }

    public static JsonElement Json(this byte[] raw) => JsonDocument.Parse(raw).RootElement;
}
