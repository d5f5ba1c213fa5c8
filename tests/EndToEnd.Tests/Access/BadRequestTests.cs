using System.Text.Json.Nodes;
using GaiaOrleans.EndToEnd.Tests.Clusters;

namespace GaiaOrleans.EndToEnd.Tests.Access;

/// <summary>Malformed and oversized input to every route of the table: a refusal in the one shape, and nothing is changed.</summary>
[Collection(SharedClusterTests.Name)]
public sealed class BadRequestTests(SharedCluster shared)
{
    /// <summary>What a route reads besides its path; a route that is missing here fails the test.</summary>
    private static readonly Dictionary<string, string> Reads = new()
    {
        ["GET /api/sessions"] = "limit",
        ["GET /api/sessions/{id}"] = "id",
        ["DELETE /api/sessions/{id}"] = "id",
        ["GET /api/traffic-split"] = "",
        ["GET /api/gateway"] = "",
        ["GET /health"] = "",
        ["GET /api/cluster/health"] = "",
        ["GET /api/cluster/status"] = "",
        ["GET /api/migration/status"] = "",
        ["GET /api/migration/metrics"] = "",
        ["GET /api/migration/dual-write"] = "",
        ["GET /api/migration/dual-write-metrics"] = "",
        ["GET /api/migration/dual-write-health"] = "",
        ["GET /api/migration/sync-lag"] = "",
        ["GET /api/migration/errors"] = "limit",
        ["GET /api/migration/validation-errors"] = "limit",
        ["GET /api/migration/history"] = "limit",
        ["GET /api/migration/preflight"] = "",
        ["GET /api/migration/sessions/{id}"] = "id",
        ["GET /api/migration/conflicts"] = "limit",
        ["GET /api/migration/conflicts/{id}"] = "unknown",
        ["GET /api/migration/runs"] = "",
        ["GET /api/migration/runs/{kind}"] = "kind",
        ["GET /api/migration/runs/{kind}/events"] = "kind",
        ["GET /api/migration/runs/{kind}/ledger"] = "kind limit cursor",
        ["GET /api/migration/runs/verify/mismatches"] = "limit cursor",
        ["POST /api/migration/runs/{kind}/pause"] = "kind",
        ["POST /api/migration/runs/{kind}/resume"] = "kind",
        ["POST /api/migration/runs/{kind}/cancel"] = "kind",
        ["GET /api/migration/plan"] = "to",
        ["GET /api/migration/checklist"] = "",
        ["GET /api/migration/pins"] = "",
        ["GET /api/migration/pins/{id}"] = "id",
        ["GET /api/migration/timeseries"] = "minutes",
        ["GET /api/migration/events"] = "kind= limit",
        ["GET /api/migration/webhooks"] = "",
        ["DELETE /api/migration/webhooks/{id}"] = "unknown",
        ["GET /api/migration/webhooks/deliveries"] = "limit",
        ["GET /api/migration/evidence"] = "",
        ["GET /api/migration/gateways"] = "",
    };

    private const string Unknown = "{\"no_such_member\":1}";

    private static readonly string[] Malformed =
        ["", "{", "[]", "nonsense", "null", "\"text\"", "{}{}", "{\"reason\":\"a\\u0000b\"}", Unknown, "{\"a\":" + new string('[', 100) + new string(']', 100) + "}"];

    [Fact]
    public async Task Is_refused_and_changes_nothing()
    {
        var before = await Everything();
        var wrong = new List<string>();
        foreach (var route in RoleTable.Listed.Keys)
        {
            var (method, path) = (new HttpMethod(route.Split(' ')[0]), route.Split(' ')[1].TrimStart('/'));
            if (Reads.TryGetValue(route, out var reads))
            {
                foreach (var read in reads.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                    await Refused(method, Spoilt(path, read), null, read == "unknown" ? [404] : [400]);
                continue;
            }

            var target = path.Replace("{kind}", "verify", StringComparison.Ordinal).Replace("{id}", path.StartsWith("api/sessions", StringComparison.Ordinal) ? "session-000001" : "1", StringComparison.Ordinal);
            // A session may hold any character and any member; to delete something, or to go back to where it is safe, needs no body.
            var (isSession, needsNone) = (path.StartsWith("api/sessions", StringComparison.Ordinal), method == HttpMethod.Delete || path.EndsWith("/rollback", StringComparison.Ordinal));
            foreach (var body in Malformed.Where(b => !(isSession && (b == Unknown || b.Contains("u0000", StringComparison.Ordinal))) && !(needsNone && b.Length == 0)))
                await Refused(method, target, body, [400]);
            // Where nobody is called so, the name is refused before the body is read.
            await Refused(method, target, "{\"reason\":\"" + new string('x', 1_100_000) + "\"}", method == HttpMethod.Delete ? [400, 413] : [413]);
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.Equal(before, await Everything());

        async Task Refused(HttpMethod method, string target, string? body, int[] expected)
        {
            var answer = await shared.Silo.Ask(method, target, body);
            if (!expected.Contains((int)answer.Status) || string.IsNullOrEmpty(answer.Code))
                wrong.Add($"{method} {target} with {(body is { Length: > 60 } ? body[..60] : body)}: {answer}");
        }
    }

    private static string Spoilt(string path, string read)
    {
        var whole = path.Replace("{kind}", read == "kind" ? "teleport" : "verify", StringComparison.Ordinal);
        return read switch
        {
            "id" => whole.Replace("{id}", new string('x', 256), StringComparison.Ordinal),
            "unknown" => whole.Replace("{id}", "9223372036854775807", StringComparison.Ordinal),
            "kind" => whole,
            "kind=" => $"{whole}?kind=teleport",
            _ => $"{whole}?{read}=nonsense",
        };
    }

    /// <summary>All that a request could change, as far as it does not change by itself.</summary>
    private async Task<string> Everything()
    {
        var parts = new List<string>();
        foreach (var path in (string[])["api/traffic-split", "api/migration/dual-write", "api/migration/history?limit=1000", "api/migration/pins", "api/migration/webhooks", "api/migration/conflicts?limit=1000"])
            parts.Add((await shared.Silo.Get(path).Ok()).Body);
        parts.Add(string.Join(',', (await shared.Silo.Get("api/migration/runs").Ok()).Json.AsArray().Select(r => $"{r!["kind"]} {r["state"]} {r["started_at"]}")));
        parts.Add(string.Join(',', (await shared.Silo.Get("api/migration/gateways").Ok()).Json.AsArray().Select(Name).Order()));
        parts.Add(string.Join('\n', (await shared.Gateway.Get("api/sessions?limit=1000").Ok()).Json.AsArray().Select(s => s!.ToJsonString()).Order(StringComparer.Ordinal)));
        return string.Join('\n', parts);

        static string Name(JsonNode? gateway) => (string?)gateway!["name"] ?? (string?)gateway["id"] ?? gateway.ToJsonString();
    }
}
