using GaiaOrleans.Grains.Retention;

namespace GaiaOrleans.Grains.Tests;

public sealed class RetentionOptionsTests
{
    private static readonly RetentionOptionsValidator Validator = new();

    [Fact]
    public void The_defaults_start() => Assert.True(Validator.Validate(null, new()).Succeeded);

    [Fact]
    public void All_failures_come_at_once_and_say_what_to_set()
    {
        var result = Validator.Validate(null, new() { Errors = TimeSpan.Zero, Windows = TimeSpan.FromDays(7), Tombstones = TimeSpan.FromHours(23), Keys = TimeSpan.FromDays(31) });
        Assert.Equal(4, result.Failures!.Count());
        Assert.All(result.Failures!, failure => Assert.Matches(@"^Retention:(\w+) is \S+, .*\bSet Retention__\1 from \S+ to \S+ \(environment\)\.$", failure));
    }
}
