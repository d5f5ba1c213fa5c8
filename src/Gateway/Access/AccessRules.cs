using GaiaOrleans.Contracts.Access;

namespace GaiaOrleans.Gateway.Access;

/// <summary>
/// Which role each route needs: one table, read from the top. It names routes as they are mapped, not paths as they are written, so that no
/// spelling of a path can mean one thing here and another to the router. What nobody thought of needs an admin.
/// </summary>
public static class AccessRules
{
    private const string Any = "*";

    private static readonly (string Method, string Route, Role? Role)[] Table =
    [
        ("GET", "/health/live", null),
        ("GET", "/health/ready", null),
        ("GET", "/health", Role.Viewer),
        ("GET", "/metrics", Role.Viewer),
        ("GET", "/openapi", Role.Viewer),
        (Any, "/console/login", null),
        ("GET", "/console-assets", null),
        ("GET", "/_framework", null),
        // Each control asks once more, for the role of the route that does the same.
        (Any, "/console", Role.Viewer),
        (Any, "/api/sessions", Role.Client),
        ("GET", "/api/traffic-split", Role.Viewer),
        ("POST", "/api/traffic-split", Role.Operator),
        ("GET", "/api/cluster", Role.Viewer),
        ("GET", "/api/gateway", Role.Viewer),
        ("GET", "/api/migration/evidence", Role.Admin),
        ("GET", "/api/migration/webhooks", Role.Admin),
        ("GET", "/api/migration", Role.Viewer),
        ("POST", "/api/migration/test", Role.Operator),
        ("POST", "/api/migration/session", Role.Operator),
        (Any, "/api/migration/runs", Role.Operator),
        ("POST", "/api/migration/conflicts", Role.Operator),
        ("POST", "/api/migration/sync", Role.Operator),
        (Any, "/api/migration/pins", Role.Operator),
        ("POST", "/api/migration/attestations", Role.Operator),
        ("POST", "/api/migration/drills", Role.Operator),
        ("POST", "/api/migration/rollback", Role.Operator),
        ("POST", "/api/migration/pause", Role.Operator),
        ("POST", "/api/migration/resume", Role.Operator),
    ];

    /// <param name="method">As sent; HEAD is what GET is.</param>
    /// <param name="route">The route's pattern, for example <c>/api/sessions/{id}</c>.</param>
    /// <returns>Null = open to all.</returns>
    public static Role? Required(string method, string route)
    {
        if (HttpMethods.IsHead(method)) method = HttpMethods.Get;
        if (!route.StartsWith('/')) route = "/" + route;
        foreach (var (allowed, prefix, role) in Table)
            if ((allowed == Any || HttpMethods.Equals(allowed, method)) && Under(route, prefix))
                return role;
        return Role.Admin;
    }

    private static bool Under(string route, string prefix) =>
        route.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && (route.Length == prefix.Length || route[prefix.Length] is '/' or '{');
}
