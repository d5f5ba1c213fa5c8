using System.Globalization;

namespace GaiaOrleans.Benchmarks.Store;

/// <summary>What every side of the store rows makes durable: a session as GAIA_HOME has it.</summary>
internal static class StorePayload
{
    /// <summary>So many sessions are written, each by a caller of its own.</summary>
    public const int Sessions = 256;

    /// <summary>Different for each n, and always as long.</summary>
    public static string Document(int n) => string.Create(CultureInfo.InvariantCulture, $$$"""
        {"session_name":"benchmark","status":"busy","tier":"worker","current_task_count":{{{n % 900 + 100}}},"max_concurrent_tasks":1000,"capabilities":["code","review","search"],"metadata":{"region":"eu-central","owner":"team-4711","note":"the quick brown fox jumps over the lazy dog"}}
        """);

    public static string Id(int caller) => string.Create(CultureInfo.InvariantCulture, $"session-{caller:000000}");
}
