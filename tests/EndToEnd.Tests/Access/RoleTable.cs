namespace GaiaOrleans.EndToEnd.Tests.Access;

/// <summary>Who may do what, written down a second time and by hand: what the server decides is compared with it, route by route.</summary>
internal static class RoleTable
{
    private const string Client = "client";
    private const string Viewer = "viewer";
    private const string Operator = "operator";
    private const string Admin = "admin";

    /// <summary>What the OpenAPI document lists. A route that is missing here fails the test: somebody has to say who may use it.</summary>
    public static readonly IReadOnlyDictionary<string, string> Listed = new Dictionary<string, string>
    {
        ["GET /api/sessions"] = Client,
        ["POST /api/sessions"] = Client,
        ["GET /api/sessions/{id}"] = Client,
        ["PUT /api/sessions/{id}"] = Client,
        ["PATCH /api/sessions/{id}"] = Client,
        ["DELETE /api/sessions/{id}"] = Client,
        ["GET /api/traffic-split"] = Viewer,
        ["POST /api/traffic-split"] = Operator,
        ["GET /api/gateway"] = Viewer,
        ["GET /health"] = Viewer,
        ["GET /api/cluster/health"] = Viewer,
        ["GET /api/cluster/status"] = Viewer,
        ["GET /api/migration/status"] = Viewer,
        ["GET /api/migration/metrics"] = Viewer,
        ["GET /api/migration/dual-write"] = Viewer,
        ["POST /api/migration/dual-write"] = Admin,
        ["GET /api/migration/dual-write-metrics"] = Viewer,
        ["GET /api/migration/dual-write-health"] = Viewer,
        ["GET /api/migration/sync-lag"] = Viewer,
        ["GET /api/migration/errors"] = Viewer,
        ["GET /api/migration/validation-errors"] = Viewer,
        ["GET /api/migration/history"] = Viewer,
        ["GET /api/migration/preflight"] = Viewer,
        ["GET /api/migration/sessions/{id}"] = Viewer,
        ["POST /api/migration/test"] = Operator,
        ["POST /api/migration/session"] = Operator,
        ["POST /api/migration/sync"] = Operator,
        ["GET /api/migration/conflicts"] = Viewer,
        ["GET /api/migration/conflicts/{id}"] = Viewer,
        ["POST /api/migration/conflicts/resolve"] = Operator,
        ["POST /api/migration/conflicts/{id}/resolve"] = Operator,
        ["GET /api/migration/runs"] = Viewer,
        ["POST /api/migration/runs"] = Operator,
        ["GET /api/migration/runs/{kind}"] = Viewer,
        ["PATCH /api/migration/runs/{kind}"] = Operator,
        ["GET /api/migration/runs/{kind}/events"] = Viewer,
        ["GET /api/migration/runs/{kind}/ledger"] = Viewer,
        ["GET /api/migration/runs/verify/mismatches"] = Viewer,
        ["POST /api/migration/runs/{kind}/pause"] = Operator,
        ["POST /api/migration/runs/{kind}/resume"] = Operator,
        ["POST /api/migration/runs/{kind}/cancel"] = Operator,
        ["POST /api/migration/runs/{kind}/retry"] = Operator,
        ["GET /api/migration/plan"] = Viewer,
        ["POST /api/migration/phase"] = Admin,
        ["GET /api/migration/checklist"] = Viewer,
        ["POST /api/migration/attestations"] = Operator,
        ["POST /api/migration/drills"] = Operator,
        ["GET /api/migration/pins"] = Viewer,
        ["GET /api/migration/pins/{id}"] = Viewer,
        ["PUT /api/migration/pins/{id}"] = Operator,
        ["DELETE /api/migration/pins/{id}"] = Operator,
        ["GET /api/migration/timeseries"] = Viewer,
        ["GET /api/migration/events"] = Viewer,
        ["GET /api/migration/webhooks"] = Admin,
        ["POST /api/migration/webhooks"] = Admin,
        ["DELETE /api/migration/webhooks/{id}"] = Admin,
        ["GET /api/migration/webhooks/deliveries"] = Admin,
        ["GET /api/migration/evidence"] = Admin,
        ["POST /api/migration/complete"] = Admin,
        ["POST /api/gateway/emergency"] = Admin,
        ["POST /api/migration/rollback"] = Operator,
        ["POST /api/migration/pause"] = Operator,
        ["POST /api/migration/resume"] = Operator,
        ["GET /api/migration/gateways"] = Viewer,
        ["DELETE /api/migration/gateways/{id}"] = Admin,
    };

    /// <summary>The rest; null = open to all.</summary>
    public static readonly IReadOnlyDictionary<string, string?> Unlisted = new Dictionary<string, string?>
    {
        ["HEAD /api/sessions"] = Client,
        ["HEAD /api/sessions/{id}"] = Client,
        ["GET /health/live"] = null,
        ["GET /health/ready"] = null,
        ["GET /metrics"] = Viewer,
        ["GET /openapi/v1.json"] = Viewer,
        ["GET /dashboard"] = Admin,
        ["GET /dashboard/ClusterStats"] = Admin,
        ["GET /no/such/route"] = Viewer,
    };
}
