using System.Text.Json;

namespace GaiaOrleans.Benchmarks.Runs;

/// <summary>GAIA_HOME's list to its end, page by page as a run reads it, parsed and with nothing done about it: no run can be faster.</summary>
internal static class LegacyWalk
{
    private const int PageSize = 1_000;

    public static async Task Whole(Uri legacy, int expected, CancellationToken cancellation)
    {
        using var http = new HttpClient { BaseAddress = legacy };
        var listed = 0;
        for (string? cursor = ""; cursor is not null;)
        {
            using var page = await http.GetAsync($"api/sessions?limit={PageSize}{cursor}", cancellation);
            page.EnsureSuccessStatusCode();
            using var json = JsonDocument.Parse(await page.Content.ReadAsByteArrayAsync(cancellation));
            listed += json.RootElement.GetArrayLength();
            cursor = page.Headers.TryGetValues("X-Next-Cursor", out var next) ? $"&cursor={Uri.EscapeDataString(next.Single())}" : null;
        }

        if (listed != expected) throw new BenchFailedException($"GAIA_HOME showed {listed} of {expected} sessions");
    }
}
