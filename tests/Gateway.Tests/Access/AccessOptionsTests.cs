using GaiaOrleans.Contracts.Access;
using GaiaOrleans.Gateway.Access;

namespace GaiaOrleans.Gateway.Tests.Access;

public sealed class AccessOptionsTests
{
    private static readonly string Hash = ApiKey.HashOf(ApiKey.New());

    [Fact]
    public void Nothing_configured_is_valid_and_not_locked()
    {
        Assert.Empty(Failures(new()));
        Assert.False(new AccessOptions().Locked);
    }

    [Fact]
    public void Two_keys_of_one_name_are_valid()
    {
        var options = new AccessOptions { Keys = [Key(), Key(hash: ApiKey.HashOf(ApiKey.New()))] };
        Assert.Empty(Failures(options));
        Assert.True(options.Locked);
    }

    [Fact]
    public void Every_failure_is_told_at_once_and_names_its_variable()
    {
        var failures = Failures(new() { Keys = [Key(name: " ", hash: "abc", role: "root"), Key(role: "3")], Authority = "issuer", RefusalsPerMinute = 0 });
        Assert.Equal(7, failures.Length);
        foreach (var variable in new[] { "Auth__Keys__0__Name", "Auth__Keys__0__Hash", "Auth__Keys__0__Role", "Auth__Keys__1__Role", "Auth__Authority", "Auth__Audience", "Auth__RefusalsPerMinute" })
            Assert.Single(failures, f => f.Contains(variable, StringComparison.Ordinal));
    }

    [Fact]
    public void A_key_in_place_of_its_hash_is_not_repeated()
    {
        var key = ApiKey.New();
        var failure = Assert.Single(Failures(new() { Keys = [Key(hash: key)] }));
        Assert.Contains("replace the key", failure, StringComparison.Ordinal);
        Assert.DoesNotContain(key, failure, StringComparison.Ordinal);
    }

    [Fact]
    public void One_hash_under_two_names_is_refused()
    {
        var failure = Assert.Single(Failures(new() { Keys = [Key(name: "ann"), Key(name: "ben")] }));
        Assert.Contains("'ann' and 'ben'", failure, StringComparison.Ordinal);
        Assert.DoesNotContain(Hash, failure, StringComparison.Ordinal);
    }

    private static KeyOptions Key(string name = "ann", string? hash = null, string role = "operator") => new() { Name = name, Hash = hash ?? Hash, Role = role };

    private static string[] Failures(AccessOptions options) => [.. new AccessOptionsValidator().Validate(null, options).Failures ?? []];
}
