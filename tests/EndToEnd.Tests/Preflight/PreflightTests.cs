using System.Net;
using GaiaOrleans.EndToEnd.Tests.Clusters;

namespace GaiaOrleans.EndToEnd.Tests.Preflight;

/// <summary>A running cluster looks at its own GAIA_HOME.</summary>
[Collection(SharedClusterTests.Name)]
public sealed class PreflightTests(SharedCluster shared)
{
    [Fact]
    public async Task It_is_ready_and_nothing_was_written()
    {
        var writes = (await shared.Legacy.Get("__stats").Ok()).Json["applied"]!.ToJsonString();
        var report = (await shared.Silo.Get("api/migration/preflight?sample=100").Ok()).Json;
        // Notes depend on what other tests have written there, and on how busy the machine is.
        Assert.True(report["verdict"]!.GetValue<string>() is "ready" or "ready_with_notes", report["findings"]!.ToJsonString());
        Assert.DoesNotContain(report["findings"]!.AsArray(), f => f!["severity"]!.GetValue<string>() == "blocker");
        Assert.Equal("array", report["facts"]!["list"]!["shape"]!.GetValue<string>());
        Assert.Equal(100, report["facts"]!["records"]!["looked_at"]!.GetValue<int>());
        foreach (var member in "findings settings estimate".Split(' ')) Assert.NotNull(report[member]);
        Assert.Equal(writes, (await shared.Legacy.Get("__stats").Ok()).Json["applied"]!.ToJsonString());
    }

    [Theory]
    [InlineData("0")]
    [InlineData("many")]
    public async Task A_sample_that_is_none_is_400_and_named(string sample)
    {
        var answer = await shared.Silo.Get("api/migration/preflight?sample=" + sample);
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_field"), (answer.Status, answer.Code));
        Assert.NotNull(answer.Json["errors"]!["sample"]);
    }
}
