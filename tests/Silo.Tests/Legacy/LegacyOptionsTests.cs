using Microsoft.Extensions.Options;

namespace GaiaOrleans.Silo.Tests.Legacy;

public sealed class LegacyOptionsTests
{
    private static readonly Uri Home = new("http://127.0.0.1:5000/");

    [Fact]
    public async Task The_defaults_start()
    {
        await using var client = new LegacyClient(Home);
        client.ValidateAsAtStart();
    }

    [Fact]
    public async Task All_failures_come_at_once_and_say_what_to_set()
    {
        await using var client = new LegacyClient(
            Home, ("BaseUrl", "gaia-home:5000"), ("Auth", "digest"), ("ListShape", "tree"), ("IdField", "key"), ("Timeout", "00:00:05"), ("PageSize", 0),
            ("MaxConcurrent", 0), ("MaxBodyBytes", 1), ("Breaker:FailureRatio", 7), ("Breaker:MinimumThroughput", 1), ("Breaker:Break", "00:00:00.001"));
        var failures = Assert.Throws<OptionsValidationException>(client.ValidateAsAtStart).Failures.ToList();
        Assert.Equal(11, failures.Count);
        Assert.All(failures, failure => Assert.Matches(@"^Legacy:\S+ .*\bSet \S+", failure));
    }

    [Theory]
    [InlineData("BaseUrl", "", "Legacy__BaseUrl=")]
    [InlineData("BaseUrl", "/relative", "Legacy__BaseUrl=")]
    [InlineData("BaseUrl", "ftp://gaia-home", "Legacy__BaseUrl=")]
    [InlineData("BaseUrl", "http://u:p@gaia-home", "Legacy:Credential")]
    [InlineData("Auth", "bearer", "Legacy__Credential=")]
    [InlineData("TotalTimeout", "00:00:04", "Sessions__SendLease")]
    [InlineData("TotalTimeout", "00:00:03.500", "Sessions__SendLease")]
    [InlineData("StampedFields:0", " ", "Legacy__StampedFields__0")]
    public async Task One_wrong_setting(string name, string value, string fix)
    {
        await using var client = new LegacyClient(Home, (name, value));
        Assert.Contains(fix, Assert.Single(Assert.Throws<OptionsValidationException>(client.ValidateAsAtStart).Failures), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("status", true)]
    [InlineData("metadata", true)]
    [InlineData("id", true)]
    [InlineData("updated_at", false)]
    [InlineData("last_heartbeat", false)]
    [InlineData("etag", false)]
    public async Task Where_clients_write_directly_no_field_of_theirs_may_count_as_stamped(string field, bool refused)
    {
        await using var alone = new LegacyClient(Home, ("StampedFields:0", field));
        alone.ValidateAsAtStart();
        await using var others = new LegacyClient(Home, ("StampedFields:0", field), ("DirectWriters", true));
        if (!refused) others.ValidateAsAtStart();
        else Assert.Contains("Legacy__DirectWriters=false", Assert.Single(Assert.Throws<OptionsValidationException>(others.ValidateAsAtStart).Failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Direct_writers_are_there_or_not()
    {
        await using var client = new LegacyClient(Home, ("DirectWriters", "maybe"));
        Assert.Contains("Legacy:DirectWriters", Assert.Throws<InvalidOperationException>(client.ValidateAsAtStart).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("basic", "no colon")]
    [InlineData("bearer", "two words")]
    [InlineData("cookie", "a\r\nb")]
    public async Task A_credential_that_cannot_be_shown(string auth, string credential)
    {
        await using var client = new LegacyClient(Home, ("Auth", auth), ("Credential", credential));
        var failure = Assert.Single(Assert.Throws<OptionsValidationException>(client.ValidateAsAtStart).Failures);
        Assert.DoesNotContain(credential, failure, StringComparison.Ordinal);
    }
}
