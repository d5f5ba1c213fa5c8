namespace GaiaOrleans.Client.Tests;

/// <summary>Answers as the control plane gives them.</summary>
internal static class Some
{
    public const string Blocked = """
        {"type":"about:blank","title":"Blocked","status":409,"detail":"1 gate(s) do not pass: error_rate.","code":"blocked",
         "blockers":[{"gate":"error_rate","status":"fail","observed":"0.7 %","required":"at most 0.5 %","since":"2026-11-23T00:00:00Z"}]}
        """;

    public const string Split = """{"go_percentage":10,"python_percentage":90,"epoch":8,"phase":"gradual_rollout","gateways_acknowledged":4,"took_ms":12.5}""";

    public const string Cluster = """
        {"cluster_status":"healthy","peer_count":2,"quorum":{"required":2,"active":3,"expected":3,"has_quorum":true},
         "silos":[{"name":"silo-1","address":"127.0.0.1:11111","status":"Active","last_heartbeat":"2026-11-23T00:00:00Z"}]}
        """;

    public static string Status(int done = 45) => $$"""
        {"phase":"gradual_rollout","epoch":8,"paused":null,"traffic":{"go_percentage":10,"python_percentage":90},
         "dual_write":{"enabled":true,"closing":false,"mode":"go_leads","ack":"both"},"sessions":{"total":100,"migrated":{{done}},"pending":3},
         "runs":[{{Run("running", done)}}],"guard":{"verdict":"investigate","since":null,"error_rate":{"go":0.012,"python":null},"sample":{"go":500,"python":0},"observed":"go 1.2 % of 500 requests answered 5xx","required":"at most 1 %"},
         "next":{"phase":"monitoring","can_advance":false,"blockers":[{"gate":"soak_at_50","status":"inconclusive","observed":"0 h","required":"48 h","since":null}]},
         "sync_lag_ms":12.5,"conflicts_open":0,"environment_mismatch":["silo-2: DUAL_WRITE_MODE is python_leads"]}
        """;

    public static string Run(string state, int done, int failed = 0, int mismatched = 0, string kind = "migrate") =>
        $$"""{"kind":"{{kind}}","state":"{{state}}","total":100,"listed":{{done}},"done":{{done}},"migrated":{{done}},"skipped":0,"failed":{{failed}},"mismatched":{{mismatched}},"pending":0,"rate_per_s":120.5,"eta":null}""";
}
