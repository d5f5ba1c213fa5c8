using GaiaOrleans.Contracts.Access;
using GaiaOrleans.Gateway.Access;

namespace GaiaOrleans.Gateway.Tests.Access;

public sealed class AccessRulesTests
{
    [Theory]
    [InlineData("GET", "/health/live", null)]
    [InlineData("GET", "/health/ready", null)]
    [InlineData("GET", "/health", Role.Viewer)]
    [InlineData("GET", "/metrics", Role.Viewer)]
    [InlineData("GET", "/openapi/v1.json", Role.Viewer)]
    [InlineData("GET", "/api/sessions", Role.Client)]
    [InlineData("DELETE", "/api/sessions/{id}", Role.Client)]
    [InlineData("GET", "/api/traffic-split", Role.Viewer)]
    [InlineData("POST", "/api/traffic-split", Role.Operator)]
    [InlineData("GET", "/api/cluster/health", Role.Viewer)]
    [InlineData("GET", "/api/gateway", Role.Viewer)]
    [InlineData("POST", "/api/gateway/emergency", Role.Admin)]
    [InlineData("GET", "/api/migration/status", Role.Viewer)]
    [InlineData("HEAD", "/api/migration/status", Role.Viewer)]
    [InlineData("GET", "/api/migration/evidence", Role.Admin)]
    [InlineData("GET", "/api/migration/webhooks/deliveries", Role.Admin)]
    [InlineData("POST", "/api/migration/webhooks", Role.Admin)]
    [InlineData("POST", "/api/migration/dual-write", Role.Admin)]
    [InlineData("POST", "/api/migration/phase", Role.Admin)]
    [InlineData("POST", "/api/migration/complete", Role.Admin)]
    [InlineData("DELETE", "/api/migration/gateways/{id}", Role.Admin)]
    [InlineData("POST", "/api/migration/runs/{kind}/pause", Role.Operator)]
    [InlineData("PATCH", "/api/migration/runs/{kind}", Role.Operator)]
    [InlineData("POST", "/api/migration/conflicts/{id}/resolve", Role.Operator)]
    [InlineData("PUT", "/api/migration/pins/{id}", Role.Operator)]
    [InlineData("POST", "/api/migration/session", Role.Operator)]
    [InlineData("POST", "/api/migration/rollback", Role.Operator)]
    [InlineData("GET", "/dashboard", Role.Admin)]
    [InlineData("GET", "/dashboard/GrainState", Role.Admin)]
    [InlineData("GET", "/something/new", Role.Admin)]
    [InlineData("POST", "/api/migration/something-new", Role.Admin)]
    public void Each_route_needs_its_role(string method, string route, Role? role) => Assert.Equal(role, AccessRules.Required(method, route));

    [Theory]
    [InlineData("/api/sessionsandmore", Role.Admin)]
    [InlineData("/health/livelier", Role.Viewer)]
    [InlineData("/metricsx", Role.Admin)]
    public void A_route_that_only_begins_alike_is_another_one(string route, Role role) => Assert.Equal(role, AccessRules.Required("GET", route));

    [Fact]
    public void Letters_may_be_of_either_case_as_they_may_for_the_router() => Assert.Equal(Role.Admin, AccessRules.Required("post", "/API/Migration/Dual-Write"));
}
