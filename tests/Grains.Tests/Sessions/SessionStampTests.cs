using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Tests.Sessions;

public sealed class SessionStampTests
{
    [Fact]
    public void A_new_session_gets_both_times()
    {
        var stamped = Some.Document("""{"status":"idle"}""").Stamp(new(null, Some.Now));
        Assert.Equal("2026-01-31T12:00:00Z", stamped.Member("created_at").GetString());
        Assert.Equal("2026-01-31T12:00:00Z", stamped.Member("updated_at").GetString());
    }

    [Fact]
    public void A_replaced_session_keeps_when_it_was_created()
    {
        var before = Some.Document("{}").Stamp(new(null, Some.Now));
        var after = Some.Document("""{"status":"busy"}""").Stamp(new(before, Some.Now.AddMilliseconds(1500)));
        Assert.Equal("2026-01-31T12:00:00Z", after.Member("created_at").GetString());
        Assert.Equal("2026-01-31T12:00:01.500000Z", after.Member("updated_at").GetString());
    }

    [Fact]
    public void A_clients_created_at_is_kept_and_its_updated_at_is_not()
    {
        var stamped = Some.Document("""{"created_at":"2020-05-05T05:05:05Z","updated_at":"2020-05-05T05:05:05Z"}""").Stamp(new(null, Some.Now));
        Assert.Equal("2020-05-05T05:05:05Z", stamped.Member("created_at").GetString());
        Assert.Equal("2026-01-31T12:00:00Z", stamped.Member("updated_at").GetString());
    }

    [Theory]
    [InlineData("""{"metadata":{"created_at":"inside"},"own":{"created_at":[1,{"x":"y"}]}}""")]
    [InlineData("{}")]
    public void What_is_created_at_elsewhere_is_no_stamp(string before)
    {
        var created = Some.Document(before).Stamp(new(null, Some.Now));
        var after = SessionDocument.FromClient(Some.Id, "{}"u8.ToArray(), new(created, Some.Now.AddSeconds(1)));
        Assert.Equal("2026-01-31T12:00:00Z", after.Member("created_at").GetString());
        Assert.Equal("2026-01-31T12:00:01Z", Some.Document(before).Merge(Some.Id, "{}"u8.ToArray(), new(null, Some.Now.AddSeconds(1))).Member("created_at").GetString());
    }

    [Fact]
    public void A_time_that_fits_no_time_is_refused_also_where_it_is_stamped_over() =>
        Assert.Throws<InvalidInputException>(() => SessionDocument.FromClient(Some.Id, """{"updated_at":"soon"}"""u8.ToArray(), new(null, Some.Now)));

    // A store that rebuilds documents from columns writes this order: what is served must not depend on whether the row was reloaded.
    [Fact]
    public void A_stamped_document_is_still_canonical()
    {
        var stamped = Some.Document("""{"own":1,"status":"idle"}""").Stamp(new(null, Some.Now));
        Assert.Equal("""{"id":"s-1","status":"idle","created_at":"2026-01-31T12:00:00Z","updated_at":"2026-01-31T12:00:00Z","own":1}""", stamped.Text());
        using var json = stamped.Parse();
        Assert.Equal(stamped.Text(), SessionDocument.FromClient(Some.Id, json.RootElement).Text());
    }
}
