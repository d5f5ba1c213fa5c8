namespace GaiaOrleans.Benchmarks.Runs;

/// <summary>GAIA_HOME's list to its end, page by page as a run reads it, with nothing done about it: no run can be faster.</summary>
internal static class LegacyWalk
{
    private const int PageSize = 1_000;

    public static async Task Whole(Uri legacy, int expected, CancellationToken cancellation)
    {
        using var http = new HttpClient { BaseAddress = legacy };
        var pages = 0;
        for (string? cursor = ""; cursor is not null; pages++)
        {
            using var page = await http.GetAsync($"api/sessions?limit={PageSize}{cursor}", cancellation);
            page.EnsureSuccessStatusCode();
            await page.Content.ReadAsByteArrayAsync(cancellation);
            cursor = page.Headers.TryGetValues("X-Next-Cursor", out var next) ? $"&cursor={Uri.EscapeDataString(next.Single())}" : null;
        }

        if (pages != (expected + PageSize - 1) / PageSize) throw new BenchFailedException($"GAIA_HOME showed {pages} pages of {expected} sessions");
    }
}
