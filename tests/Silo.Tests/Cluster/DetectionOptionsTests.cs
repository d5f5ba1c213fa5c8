using GaiaOrleans.Silo.Cluster;

namespace GaiaOrleans.Silo.Tests.Cluster;

public sealed class DetectionOptionsTests
{
    [Fact]
    public void The_defaults_are_valid() => Assert.True(new DetectionOptionsValidator().Validate(null, new()).Succeeded);

    [Fact]
    public void A_value_that_nobody_could_mean_names_its_variable() =>
        Assert.Contains("Cluster__MissedProbes", Failure(new() { MissedProbes = 0 }), StringComparison.Ordinal);

    [Fact]
    public void A_probe_does_not_wait_less_at_most_than_at_least() =>
        Assert.Contains("Cluster__MinProbeTimeout", Failure(new() { MaxProbeTimeout = TimeSpan.FromMilliseconds(400) }), StringComparison.Ordinal);

    private static string Failure(DetectionOptions options) => string.Join('\n', new DetectionOptionsValidator().Validate(null, options).Failures!);
}
