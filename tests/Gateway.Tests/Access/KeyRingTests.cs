using GaiaOrleans.Contracts.Access;
using GaiaOrleans.Gateway.Access;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace GaiaOrleans.Gateway.Tests.Access;

public sealed class KeyRingTests
{
    private readonly FakeTimeProvider _time = new(Some.Now);
    private readonly Reloaded _options = new();
    private readonly KeyRing _ring;

    public KeyRingTests() => _ring = new(_options, _time);

    [Fact]
    public void A_key_is_found_by_its_hash_alone()
    {
        var key = Known("ann", "operator");
        Assert.Equal(new HeldKey("ann", Role.Operator, ApiKey.HashOf(key).ToUpperInvariant()), _ring.Find(key));
        Assert.Null(_ring.Find(key + "x"));
        Assert.Null(_ring.Find(ApiKey.HashOf(key)));
        Assert.Null(_ring.Find(ApiKey.New()));
    }

    [Fact]
    public void Old_and_new_key_are_valid_at_once_until_the_old_one_expires()
    {
        var old = Known("ann", "admin", Some.Now.AddHours(1));
        var next = Known("ann", "admin");
        Assert.NotNull(_ring.Find(old));
        Assert.NotNull(_ring.Find(next));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Null(_ring.Find(old));
        Assert.NotNull(_ring.Find(next));
    }

    [Fact]
    public void A_key_that_is_taken_out_of_the_configuration_is_refused_at_once()
    {
        var key = Known("ann", "viewer");
        Assert.NotNull(_ring.Find(key));
        _options.CurrentValue = new();
        Assert.Null(_ring.Find(key));
    }

    [Fact]
    public void Keys_are_long_random_and_never_their_own_hash()
    {
        var keys = Enumerable.Range(0, 100).Select(_ => ApiKey.New()).ToHashSet();
        Assert.Equal(100, keys.Count);
        Assert.All(keys, k => Assert.Matches("^gaia_[A-Za-z0-9_-]{43}$", k));
        Assert.All(keys, k => Assert.Matches("^[0-9a-f]{64}$", ApiKey.HashOf(k)));
    }

    private string Known(string name, string role, DateTimeOffset? expires = null)
    {
        var key = ApiKey.New();
        _options.CurrentValue.Keys = [.. _options.CurrentValue.Keys, new() { Name = name, Hash = ApiKey.HashOf(key).ToUpperInvariant(), Role = role, Expires = expires }];
        return key;
    }

    private sealed class Reloaded : IOptionsMonitor<AccessOptions>
    {
        public AccessOptions CurrentValue { get; set; } = new();

        public AccessOptions Get(string? name) => CurrentValue;

        public IDisposable? OnChange(Action<AccessOptions, string?> listener) => null;
    }
}
