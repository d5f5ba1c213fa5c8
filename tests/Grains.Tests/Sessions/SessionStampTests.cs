using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Tests.Sessions;

public sealed class SessionStampTests
{
    [Fact]
    public void A_new_session_gets_both_times()
    {
        var stamped = Some.Document("""{"status":"idle"}""").Stamp(null, Some.Now);
        Assert.Equal("2026-01-31T12:00:00Z", stamped.Member("created_at").GetString());
        Assert.Equal("2026-01-31T12:00:00Z", stamped.Member("updated_at").GetString());
    }

    [Fact]
    public void A_replaced_session_keeps_when_it_was_created()
    {
        var before = Some.Document("{}").Stamp(null, Some.Now);
        var after = Some.Document("""{"status":"busy"}""").Stamp(before, Some.Now.AddMilliseconds(1500));
        Assert.Equal("2026-01-31T12:00:00Z", after.Member("created_at").GetString());
        Assert.Equal("2026-01-31T12:00:01.500000Z", after.Member("updated_at").GetString());
    }

    [Fact]
    public void A_clients_created_at_is_kept_and_its_updated_at_is_not()
    {
        var stamped = Some.Document("""{"created_at":"2020-05-05T05:05:05Z","updated_at":"2020-05-05T05:05:05Z"}""").Stamp(null, Some.Now);
        Assert.Equal("2020-05-05T05:05:05Z", stamped.Member("created_at").GetString());
        Assert.Equal("2026-01-31T12:00:00Z", stamped.Member("updated_at").GetString());
    }

    // A store that rebuilds documents from columns writes this order: what is served must not depend on whether the row was reloaded.
    [Fact]
    public void A_stamped_document_is_still_canonical()
    {
        var stamped = Some.Document("""{"own":1,"status":"idle"}""").Stamp(null, Some.Now);
        Assert.Equal("""{"id":"s-1","status":"idle","created_at":"2026-01-31T12:00:00Z","updated_at":"2026-01-31T12:00:00Z","own":1}""", stamped.Text());
        using var json = stamped.Parse();
        Assert.Equal(stamped.Text(), SessionDocument.FromClient(Some.Id, json.RootElement).Text());
    }
}
