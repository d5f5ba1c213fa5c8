using System.Globalization;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.Benchmarks.Load;

/// <summary>As many requests as a server answers. wrk uses the same cores, as much for ours as for theirs.</summary>
internal static class Wrk
{
    private const int Connections = 64;

    /// <summary>GETs a second, of one session after the other.</summary>
    /// <param name="sessions">How many there are, from session-000001 on.</param>
    /// <exception cref="BenchSkippedException">It is not installed.</exception>
    /// <exception cref="BenchFailedException">Not every answer was a success.</exception>
    public static Task<double> Reads(Uri server, int sessions, TimeSpan length, CancellationToken cancellation) =>
        Run(server, length, string.Create(CultureInfo.InvariantCulture, $$"""
            local n = 0
            request = function()
                n = n % {{sessions}} + 1
                return wrk.format("GET", string.format("/api/sessions/session-%06d", n))
            end
            """), cancellation);

    /// <summary>PATCHes a second, of one session after the other.</summary>
    /// <inheritdoc cref="Reads" path="/param"/>
    /// <param name="keyed">Each with an idempotency key that nobody has used before.</param>
    /// <inheritdoc cref="Reads" path="/exception"/>
    public static Task<double> Writes(Uri server, int sessions, bool keyed, TimeSpan length, CancellationToken cancellation) =>
        Run(server, length, string.Create(CultureInfo.InvariantCulture, $$"""
            local n = 0
            request = function()
                n = n + 1
                local headers = { ["Content-Type"] = "application/merge-patch+json" }
                {{(keyed ? $"headers[\"Idempotency-Key\"] = \"{Guid.NewGuid():N}-\" .. n" : "")}}
                return wrk.format("PATCH", string.format("/api/sessions/session-%06d", n % {{sessions}} + 1), headers, string.format('{"current_task_count":%d}', n))
            end
            """), cancellation);

    private static async Task<double> Run(Uri server, TimeSpan length, string script, CancellationToken cancellation)
    {
        var program = Programs.Find("wrk", "wrk");
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, script, cancellation);
            await using var wrk = ChildProcess.Start(new(program, "-t1", $"-c{Connections}", string.Create(CultureInfo.InvariantCulture, $"-d{length.TotalSeconds:0}s"), "--timeout", "30s", "-s", file, server.ToString()));
            var code = await wrk.WaitForExitAsync(cancellation);
            var rate = wrk.Output.FirstOrDefault(line => line.StartsWith("Requests/sec:", StringComparison.Ordinal));
            if (code != 0 || rate is null || wrk.Output.Any(line => line.Contains("Non-2xx", StringComparison.Ordinal) || line.Contains("Socket errors", StringComparison.Ordinal)))
                throw new BenchFailedException($"wrk at {server}: {string.Join(" | ", wrk.Output)}");
            return double.Parse(rate.Split(':')[1], CultureInfo.InvariantCulture);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
