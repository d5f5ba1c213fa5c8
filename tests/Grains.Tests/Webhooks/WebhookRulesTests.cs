using System.Net;
using System.Text.Json;
using GaiaOrleans.Contracts.Webhooks;
using GaiaOrleans.Grains.Events;
using GaiaOrleans.Grains.Webhooks;

namespace GaiaOrleans.Grains.Tests.Webhooks;

public sealed class WebhookRulesTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;
    private static readonly MigrationEvent Event = new(7, Now, EventKinds.Split, "{}");
    private static readonly WebhookAnswer Refused = new(503, "busy", TimeSpan.Zero);
    private static readonly WebhookAnswer Taken = new(200, null, TimeSpan.Zero);

    [Theory]
    [InlineData("8.8.8.8", false)]
    [InlineData("100.63.255.255", false)]
    [InlineData("172.32.0.1", false)]
    [InlineData("2606:4700::1", false)]
    [InlineData("0.0.0.0", true)]
    [InlineData("10.1.2.3", true)]
    [InlineData("100.64.0.1", true)]
    [InlineData("127.8.8.8", true)]
    [InlineData("169.254.169.254", true)]
    [InlineData("172.16.0.1", true)]
    [InlineData("192.168.1.1", true)]
    [InlineData("224.0.0.1", true)]
    [InlineData("255.255.255.255", true)]
    [InlineData("::", true)]
    [InlineData("::1", true)]
    [InlineData("::ffff:10.0.0.1", true)]
    [InlineData("::ffff:8.8.8.8", false)]
    [InlineData("64:ff9b::a00:1", true)]
    [InlineData("fe80::1", true)]
    [InlineData("fd00::1", true)]
    [InlineData("ff02::1", true)]
    [InlineData("2002:a00:1::", true)]
    [InlineData("2001::1", true)]
    public void An_address_is_within_a_network_or_it_is_the_internet(string address, bool inside) => Assert.Equal(inside, WebhookAddress.IsInside(IPAddress.Parse(address)));

    [Fact]
    public void A_failure_waits_twice_as_long_as_the_one_before_and_success_forgets_it()
    {
        var options = new WebhookOptions();
        var webhook = Webhook();
        var waits = new List<double>();
        for (var i = 0; i < 12; i++)
        {
            webhook = WebhookRules.After(webhook, Event, Refused, Now, jitter: 1, options);
            waits.Add((webhook.NextAttemptAt!.Value - Now).TotalSeconds);
        }

        Assert.Equal([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300], waits);
        Assert.Equal(0.5, (WebhookRules.After(Webhook(), Event, Refused, Now, jitter: 0, options).NextAttemptAt!.Value - Now).TotalSeconds);
        Assert.Equal((0L, 12, "busy"), (webhook.Cursor, webhook.Failures, webhook.Trouble));
        Assert.False(WebhookRules.Due(webhook, Now, options));
        Assert.True(WebhookRules.Due(webhook, Now.AddSeconds(300), options));
        Assert.Equal(Webhook() with { Cursor = 7 }, WebhookRules.After(webhook, Event, Taken, Now, 1, options) with { Kinds = webhook.Kinds });
    }

    /// <summary>Beside seed 914, where a session was to be sent again two hours later.</summary>
    [Fact]
    public void A_retry_that_a_silo_with_a_clock_ahead_has_put_off_is_due()
    {
        var webhook = WebhookRules.After(Webhook(), Event, Refused, Now.AddHours(2), jitter: 1, new());
        Assert.True(WebhookRules.Due(webhook, Now, new()));
        Assert.False(WebhookRules.Due(webhook, Now.AddHours(2), new()));
    }

    [Fact]
    public void After_twenty_failures_in_a_row_it_is_never_due_again()
    {
        var webhook = Webhook();
        for (var i = 0; i < 19; i++) webhook = WebhookRules.After(webhook, Event, Refused, Now, 1, new());
        Assert.Null(WebhookRules.After(webhook, Event, Taken, Now, 1, new()).Disabled);
        Assert.Null(webhook.Disabled);
        webhook = WebhookRules.After(webhook, Event, Refused, Now, 1, new());
        Assert.Contains("20 attempts", webhook.Disabled, StringComparison.Ordinal);
        Assert.False(WebhookRules.Due(webhook, DateTimeOffset.MaxValue, new()));
    }

    [Fact]
    public void A_secret_is_shown_by_nothing()
    {
        var secret = new WebhookSecret("0123456789abcdef");
        var stored = new StoredWebhook(Webhook(), secret);
        foreach (var text in (string[])[$"{stored}", JsonSerializer.Serialize(stored), JsonSerializer.Serialize(secret)]) Assert.DoesNotContain("0123456789abcdef", text, StringComparison.Ordinal);
        // The receiver's side of it: echo -n '1700000000.{}' | openssl dgst -sha256 -hmac 0123456789abcdef
        Assert.Equal("t=1700000000,v1=e4f8e2ecae2295b2ddb2f0b5584c8275e226c0ebe9b3b819e70156bb67122e3e", secret.Sign(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000), "{}"u8));
    }

    private static readonly string[] NoKinds = [];

    private static Webhook Webhook() => new("id", "https://receiver.example/", NoKinds, Now, "tester", 0, 0, null, null, null);
}
