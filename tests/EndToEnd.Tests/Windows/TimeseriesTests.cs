using System.Net;
using System.Text.Json.Nodes;
using GaiaOrleans.EndToEnd.Tests.Clusters;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.EndToEnd.Tests.Windows;

[Collection(SharedClusterTests.Name)]
public sealed class TimeseriesTests(SharedCluster shared)
{
    [Fact]
    public async Task Requests_of_every_gateway_are_in_the_windows()
    {
        var before = await Requests();
        for (var i = 0; i < 5; i++) await shared.Gateway.Put($"api/sessions/e2e-window-{i}", """{"status":"idle"}""").Ok();
        for (var i = 0; i < 7; i++) await shared.Silo.Put($"api/sessions/e2e-window-{i}", """{"status":"busy"}""").Ok();
        Assert.True(await Eventually.Get(Requests, seen => seen >= before + 12, TimeSpan.FromSeconds(20)) >= before + 12);
    }

    [Fact]
    public async Task A_minute_that_nobody_reported_is_null_and_not_zero()
    {
        var series = (await shared.Silo.Get("api/migration/timeseries?minutes=1440").Ok()).Json;
        var windows = series["windows"]!.AsArray();
        Assert.Equal((1_440, 1_440), (series["minutes"]!.GetValue<int>(), windows.Count));
        Assert.Equal((0, false, null, null), (windows[0]!["silos"]!.GetValue<int>(), windows[0]!["complete"]!.GetValue<bool>(), windows[0]!["go"], windows[0]!["sync_lag_p95_ms"]));
        Assert.Equal(60, (await shared.Silo.Get("api/migration/timeseries").Ok()).Json["windows"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1441")]
    [InlineData("1.5")]
    [InlineData("many")]
    [InlineData("")]
    public async Task Minutes_that_cannot_be_are_refused(string minutes)
    {
        var answer = await shared.Silo.Get($"api/migration/timeseries?minutes={minutes}");
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_field"), (answer.Status, answer.Code));
        Assert.True(answer.Json["errors"]!.AsObject().ContainsKey("minutes"), answer.Body);
    }

    [Fact]
    public async Task The_guard_is_in_the_status()
    {
        var guard = await Eventually.Get(Guard, seen => seen["since"] is not null, TimeSpan.FromSeconds(30));
        Assert.Contains(guard["verdict"]!.GetValue<string>(), (string[])["insufficient", "ok", "investigate"]);
        Assert.Equal(300, guard["window_s"]!.GetValue<double>());
        Assert.True(guard["error_rate"]!.AsObject().ContainsKey("go") && guard["sample"]!.AsObject().ContainsKey("python"), guard.ToJsonString());
        Assert.Contains("gaia_guard_verdict", (await shared.Silo.Get("metrics").Ok()).Body, StringComparison.Ordinal);
    }

    private async Task<JsonNode> Guard() => (await shared.Silo.Get("api/migration/status").Ok()).Json["guard"]!;

    private async Task<long> Requests() =>
        (await shared.Silo.Get("api/migration/timeseries?minutes=1440").Ok()).Json["windows"]!.AsArray().Sum(w => w!["go"] is { } go ? go["requests"]!.GetValue<long>() : 0);
}
