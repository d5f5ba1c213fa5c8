using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Tests.Sessions;

public sealed class SessionDocumentTests
{
    [Fact]
    public void Known_fields_come_first_in_their_order_and_unknown_ones_after_them()
    {
        var document = Some.Document("""{"zeta":1,"updated_at":"2026-01-31T12:00:00Z","metadata":{"b":1,"a":2},"status":"idle","alpha":[2,1],"session_name":"n","id":"s-1"}""");
        Assert.Equal("""{"id":"s-1","session_name":"n","status":"idle","metadata":{"b":1,"a":2},"updated_at":"2026-01-31T12:00:00Z","alpha":[2,1],"zeta":1}""", document.Text());
    }

    [Fact]
    public void The_order_of_the_input_does_not_show() =>
        Assert.Equal(Some.Document("""{"x":1,"tier":"worker","a":2}""").Text(), Some.Document("""{"a":2,"x":1,"tier":"worker"}""").Text());

    [Fact]
    public void An_explicit_null_stays_and_a_missing_field_stays_missing() =>
        Assert.Equal("""{"id":"s-1","lesson_id":null,"own":null}""", Some.Document("""{"own":null,"lesson_id":null}""").Text());

    [Fact]
    public void Legacys_unknown_fields_are_kept_as_they_came()
    {
        var document = SessionDocument.FromLegacy(Some.Id, Some.Json("""{"id":"s-1","cost":1.50,"tags":["b","a"],"deep":{"y":null,"x":1e2}}"""), out var misfits);
        Assert.Empty(misfits);
        Assert.Equal("""{"id":"s-1","cost":1.50,"deep":{"y":null,"x":1e2},"tags":["b","a"]}""", document.Text());
    }

    [Fact]
    public void Legacys_misfits_are_kept_raw_and_reported()
    {
        var document = SessionDocument.FromLegacy(
            Some.Id, Some.Json("""{"status":"sleeping","user_id":7,"metadata":[1],"consecutive_failures":1e300,"last_heartbeat":"yesterday","tier":"worker"}"""), out var misfits);
        Assert.Equal(["user_id", "status", "last_heartbeat", "consecutive_failures", "metadata"], misfits.Select(m => m.Field.Name));
        Assert.Equal("""{"id":"s-1","user_id":7,"tier":"worker","status":"sleeping","last_heartbeat":"yesterday","consecutive_failures":1e300,"metadata":[1]}""", document.Text());
    }

    [Theory]
    [InlineData("""{"session_id":"s-1"}""")]
    [InlineData("""{"id":17}""")]
    [InlineData("{}")]
    public void Legacys_record_gets_the_id_it_was_found_under(string record) =>
        Assert.Equal(Some.Id, SessionDocument.FromLegacy(Some.Id, Some.Json(record), out _).Member("id").GetString());

    [Fact]
    public void Of_legacys_duplicate_members_the_last_counts_as_it_does_in_python() =>
        Assert.Equal("""{"id":"s-1","status":"busy","own":2}""", SessionDocument.FromLegacy(Some.Id, Some.Json("""{"own":1,"status":"idle","own":2,"status":"busy"}"""), out _).Text());

    [Fact]
    public void Unicode_is_written_as_itself_and_not_normalised()
    {
        var document = Some.Document("""{"session_name":"Gru\u0308n \ud83d\ude00 <&'>","own\u00e9":"\u00e9"}""");
        Assert.Equal("Gru\u0308n \U0001F600 <&'>", document.Member("session_name").GetString());
        Assert.EndsWith("\"own\u00e9\":\"\u00e9\"}", document.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_fingerprint_forgives_order_and_number_spelling_only()
    {
        var fingerprint = Some.Document("""{"metadata":{"a":1,"b":2},"x":1}""").Fingerprint(SessionField.Stamped);
        Assert.Equal(fingerprint, Some.Document("""{"x":1.0,"metadata":{"b":2,"a":1e0}}""").Fingerprint(SessionField.Stamped));
        Assert.NotEqual(fingerprint, Some.Document("""{"x":2,"metadata":{"b":2,"a":1}}""").Fingerprint(SessionField.Stamped));
    }

    [Fact]
    public void Legacys_echo_has_the_fingerprint_of_what_was_sent_although_legacy_stamps_its_own_time()
    {
        var sent = Some.Document("""{"status":"busy"}""").Stamp(new(null, Some.Now));
        var echo = sent.Text().Replace("\"updated_at\":\"2026-01-31T12:00:00Z\"", "\"updated_at\":\"2026-01-31T12:00:00.318204\"", StringComparison.Ordinal);
        Assert.NotEqual(sent.Text(), echo);
        Assert.Equal(sent.Fingerprint(SessionField.Stamped), SessionDocument.FromLegacy(Some.Id, Some.Json(echo), out _).Fingerprint(SessionField.Stamped));
    }
}
