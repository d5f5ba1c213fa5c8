using GaiaOrleans.Grains.Conflicts;
using GaiaOrleans.Silo.Consoles;

namespace GaiaOrleans.Silo.Tests.Consoles;

public sealed class ConflictCardTests
{
    private const string Document = """{"status":"busy"}""";

    /// <summary>A side that has none wins by deleting the other's: nobody reads that out of "keep".</summary>
    [Theory]
    [InlineData(Document, null, "Keep go's", false, "Delete it here too", true)]
    [InlineData(null, Document, "Delete it on GAIA_HOME too", true, "Keep python's", false)]
    [InlineData(Document, Document, "Keep go's", false, "Keep python's", false)]
    public void Of_a_whole_session_the_buttons_say_what_is_deleted(string? go, string? python, string keepGo, bool goIsGrave, string keepPython, bool pythonIsGrave) =>
        Assert.Equal(new(go ?? "no such session", python ?? "no such session", new(keepGo, goIsGrave), new(keepPython, pythonIsGrave)), Card("$", go, python));

    [Theory]
    [InlineData(Document, "Send go's again")]
    [InlineData(null, "Delete it on GAIA_HOME again")]
    public void What_gaia_home_refused_is_no_value_of_its_own(string? go, string keepGo)
    {
        var card = Card("$", go, """{"rejected":422,"answer":"no tier"}""");
        Assert.Equal("refuses it: 422 no tier", card.Python);
        Assert.Equal(new(keepGo), card.KeepGo);
        Assert.Equal(new("Take what GAIA_HOME has, deleting it here if that is none", Grave: true), card.KeepPython);
    }

    [Fact]
    public void A_session_whose_rejected_is_a_text_is_a_session() => Assert.Equal(new("Keep python's"), Card("$", Document, """{"rejected":"by hand"}""").KeepPython);

    [Theory]
    [InlineData("\"busy\"", null)]
    [InlineData(null, "{\"rejected\":422}")]
    public void Of_a_field_one_that_is_absent_is_absent(string? go, string? python) =>
        Assert.Equal(new(go ?? "absent", python ?? "absent", new("Keep go's"), new("Keep python's")), Card("status", go, python));

    [Theory]
    [InlineData(Document, "Keep go's", false)]
    [InlineData(null, "Delete the session on both sides", true)]
    public void What_was_set_aside_stands_against_the_session_as_it_is(string? go, string keepGo, bool isGrave) =>
        Assert.Equal(new(go ?? "no such session", "the session as it is", new(keepGo, isGrave), new("Keep python's")), Card(SetAside.Field(3), go, null));

    private static ConflictCard Card(string field, string? go, string? python) => ConflictCard.Of(new(1, "s", field, python, go, DateTimeOffset.UnixEpoch, false, null, null, null, null));
}
