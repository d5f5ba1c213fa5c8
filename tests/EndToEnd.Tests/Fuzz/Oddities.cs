using System.Text;

namespace GaiaOrleans.EndToEnd.Tests.Fuzz;

/// <summary>What clients send by mistake, and what nobody sends by mistake.</summary>
internal static class Oddities
{
    /// <summary>As it stands in a URL.</summary>
    public static readonly string[] Segments =
    [
        "1", "0", "-1", "99999999999999999999", "3.5", "nobody", "session-000001%20", "%20", "%2e%2e", "..", "a%2Fb", "a%252Fb", "%F0%9F%A6%84", "%E2%80%AEtxet", "%ff%fe", "%zz", "%", "%0a", "%22quoted%22",
        "'%3BDROP%20TABLE%20session_records", "null", "{id}", "a;b=c", "%C3%A4%CC%88", new string('x', 255), new string('x', 256), new string('y', 3_000),
    ];

    /// <summary>As a value in a query.</summary>
    public static readonly string[] Queries =
    [
        "", "1", "0", "-1", "1000", "1001", "3.5", "1e3", "99999999999999999999", "abc", "%00", "%ff", "%F0%9F%A6%84", "%0d%0aX:1", "true", "maybe", "idle", "SessionStatus.IDLE", "manager", "cutover", "migrated",
        "2026-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01", "2026-02-30", "session-000002", "phase,run", "'", "%27%20OR%201=1", "a&limit=2", new string('9', 400), new string('z', 3_000),
    ];

    /// <summary>As JSON text.</summary>
    public static readonly string[] Values =
    [
        "null", "true", "false", "0", "-1", "1", "3.5", "1e400", "-0", "1E+2", "99999999999999999999999999", "2147483648", "0.0000000000000000000000000001", "[]", "{}", "[[]]", "{\"a\":null}", "\"\"", "\" \"",
        "\"\\u0000\"", "\"a\\u0000b\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\ud83e\\udd84\"", "\"ü\u202e\u0301\"", "\"line\\nbreak\\ttab\"", "\"'; DROP TABLE session_records; --\"", "\"2026-02-30T25:61:00Z\"",
        "\"" + new string('x', 300) + "\"", "\"" + new string('é', 5_000) + "\"", Nested(30), Nested(63), Nested(70),
    ];

    /// <summary>Words that mean something to some route.</summary>
    public static readonly string[] Words =
    [
        "go", "python", "off", "go_leads", "python_leads", "latest", "manual", "both", "leader", "verify", "migrate", "reconcile", "passed", "failed", "dual_write", "gradual_rollout", "monitoring", "cutover", "preparation",
        "session-000001", "session-000002", "session-000003", "nobody", "because", "team_trained", "communication_plan", "rollback", "backup_restored", "idle", "busy", "worker", "claude", "healthy",
        "2026-11-26T12:00:00Z", "2027-01-01", "status", "phase", "https://hook.invalid/x", "http://127.0.0.1:1/", "0123456789abcdef0123456789abcdef",
    ];

    /// <summary>In a header. Those that a server refuses before it reads the request are not here: it does so without a body.</summary>
    public static readonly (string Name, string Value)[] Headers =
    [
        ("Content-Type", "application/json"), ("Content-Type", "text/plain; charset=utf-16"), ("Content-Type", "multipart/form-data; boundary=x"), ("Content-Type", "nonsense"), ("Content-Encoding", "gzip"),
        ("Accept", "application/json"), ("Accept", "text/event-stream"), ("Accept", "*/*;q=x"), ("If-Match", "*"), ("If-Match", "\"1\""), ("If-Match", "W/\"1\""), ("If-Match", "1"), ("If-Match", "\"99999999999999999999\""), ("If-Match", ","),
        ("If-None-Match", "*"), ("If-None-Match", "\"1\", \"2\""), ("If-None-Match", "\""), ("Idempotency-Key", "k-1"), ("Idempotency-Key", "k-2"), ("Idempotency-Key", new string('k', 255)), ("Idempotency-Key", new string('k', 256)),
        ("Last-Event-ID", "0"), ("Last-Event-ID", "99999999"), ("Last-Event-ID", "x"), ("Range", "bytes=0-1"), ("X-Gaia-Key", "gaia_nobody"), ("X-Gaia-Epoch", "1"), ("X-Forwarded-For", "10.0.0.1"), ("traceparent", "00-x"), ("Cookie", "gaia_console=x"),
        ("Authorization", "Bearer x"), ("X-HTTP-Method-Override", "DELETE"), ("Expect", "100-continue"), ("X-Long", new string('h', 20_000)), ("X-Longer", new string('h', 40_000)),
    ];

    /// <summary>As a whole body.</summary>
    public static readonly byte[]?[] Bodies =
    [
        null, [], "{"u8.ToArray(), "}"u8.ToArray(), "[]"u8.ToArray(), "[{}]"u8.ToArray(), "null"u8.ToArray(), "true"u8.ToArray(), "\"text\""u8.ToArray(), "1e999"u8.ToArray(), "nonsense"u8.ToArray(), "go_percentage=10"u8.ToArray(),
        "{}{}"u8.ToArray(), "{\"reason\":\"x\",}"u8.ToArray(), "{'reason':'x'}"u8.ToArray(), "{\"reason\":\"x\" /* */}"u8.ToArray(), "{\"a\":1,\"a\":2}"u8.ToArray(), [0xEF, 0xBB, 0xBF, .. "{}"u8], [0xFF, 0xFE, 0x7B, 0x00, 0x7D, 0x00], [0xC3, 0x28], [0],
        [.. "{\"reason\":\""u8, 0xFF, .. "\"}"u8], [.. "{\"reason\":\"x\",\"value\":\""u8, 0xFF, .. "\"}"u8], Encoding.UTF8.GetBytes(Nested(100)), Encoding.UTF8.GetBytes(Nested(20_000)), Encoding.UTF8.GetBytes("{\"reason\":\"" + new string('r', 70_000) + "\"}"),
        Encoding.UTF8.GetBytes("{\"metadata\":{\"x\":\"" + new string('x', 1_100_000) + "\"}}"),
    ];

    private static string Nested(int levels) => string.Concat(Enumerable.Repeat("{\"a\":", levels)) + "1" + new string('}', levels);
}
