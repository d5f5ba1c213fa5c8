using System.Text;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Tests.Sessions;

public sealed class ClientInputTests
{
    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{'a':1}")]
    [InlineData("""{"a":1,}""")]
    [InlineData("""{"a":NaN}""")]
    [InlineData("<html></html>")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("""{"a":1,"\u0061":2}""")]
    [InlineData("""{"metadata":{"a":1,"a":2}}""")]
    [InlineData("{} {}")]
    public void What_is_not_one_json_object_with_distinct_members_is_refused(string body) =>
        Assert.Equal(InvalidInputException.InvalidJson, Assert.Throws<InvalidInputException>(() => Some.Document(body)).Code);

    [Theory]
    [InlineData("status", "\"sleeping\"")]
    [InlineData("status", "\"\"")]
    [InlineData("status", "1")]
    [InlineData("session_name", "1")]
    [InlineData("user_id", "[\"x\"]")]
    [InlineData("last_heartbeat", "\"yesterday\"")]
    [InlineData("last_heartbeat", "\"\"")]
    [InlineData("last_heartbeat", "true")]
    [InlineData("last_heartbeat", "1e400000")]
    [InlineData("last_heartbeat", "1e20")]
    [InlineData("consecutive_failures", "1e400000")]
    [InlineData("consecutive_failures", "2147483648")]
    [InlineData("consecutive_failures", "1.5")]
    [InlineData("consecutive_failures", "\"many\"")]
    [InlineData("consecutive_failures", "true")]
    [InlineData("metadata", "[]")]
    [InlineData("metadata", "\"{}\"")]
    public void A_value_that_does_not_fit_is_refused_with_its_field(string field, string value)
    {
        var refused = Assert.Throws<InvalidInputException>(() => Some.Document($"{{\"{field}\":{value}}}"));
        Assert.Equal(InvalidInputException.InvalidField, refused.Code);
        Assert.Equal([field], refused.Errors.Keys);
    }

    [Fact]
    public void Every_field_that_does_not_fit_is_named_at_once() =>
        Assert.Equal(["status", "metadata"], Assert.Throws<InvalidInputException>(() => Some.Document("""{"metadata":1,"status":2}""")).Errors.Keys);

    [Theory]
    [InlineData("\"s-2\"")]
    [InlineData("\"S-1\"")]
    [InlineData("1")]
    [InlineData("null")]
    public void Another_id_than_the_paths_is_refused(string id) =>
        Assert.Equal(["id"], Assert.Throws<InvalidInputException>(() => Some.Document($"{{\"id\":{id}}}")).Errors.Keys);

    // Python's json module writes half a surrogate pair without complaint, and PostgreSQL stores neither it nor NUL.
    [Theory]
    [InlineData("""{"session_name":"\ud800"}""")]
    [InlineData("""{"status":"\ud800"}""")]
    [InlineData("""{"last_heartbeat":"\ud800"}""")]
    [InlineData("""{"consecutive_failures":"\ud800"}""")]
    [InlineData("""{"metadata":{"a":"\udc00"}}""")]
    [InlineData("""{"own":"\ud800"}""")]
    [InlineData("""{"own\ud800":1}""")]
    [InlineData("""{"id":"\ud800"}""")]
    [InlineData("""{"session_name":"a\u0000b"}""")]
    [InlineData("""{"metadata":{"a":"\u0000"}}""")]
    [InlineData("""{"own\u0000":1}""")]
    public void Text_that_no_side_can_store_is_refused_and_not_an_internal_error(string body) =>
        Assert.Throws<InvalidInputException>(() => Some.Document(body));

    [Theory]
    [InlineData("""{"id":"s-1","session_name":"\ud800"}""")]
    [InlineData("""{"id":"s-1","status":"\ud800"}""")]
    [InlineData("""{"id":"s-1","last_heartbeat":"\ud800"}""")]
    [InlineData("""{"id":"s-1","own":{"a":"\ud800"}}""")]
    public void Legacys_unreadable_text_is_a_misfit_or_a_named_problem_and_not_an_internal_error(string record)
    {
        var problem = Record.Exception(() => SessionDocument.FromLegacy(Some.Id, Some.Json(record), out _));
        Assert.True(problem is null or InvalidInputException, $"{problem?.GetType().Name}: {problem?.Message}");
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused()
    {
        byte[] body = [.. "{\"session_name\":\""u8, 0xC3, 0x28, .. "\"}"u8];
        Assert.Throws<InvalidInputException>(() => SessionDocument.FromClient(Some.Id, body));
    }

    [Theory]
    [InlineData(63, true)]
    [InlineData(64, false)]
    [InlineData(100_000, false)]
    public void Nesting_ends_at_64_levels(int arrays, bool accepted)
    {
        var body = Encoding.UTF8.GetBytes($"{{\"own\":{new string('[', arrays)}{new string(']', arrays)}}}");
        if (accepted) SessionDocument.FromClient(Some.Id, body).Stamp(new(null, Some.Now)).Fingerprint(SessionField.Stamped);
        else Assert.Equal(InvalidInputException.InvalidJson, Assert.Throws<InvalidInputException>(() => SessionDocument.FromClient(Some.Id, body)).Code);
    }

    [Theory]
    [InlineData("1e308")]
    [InlineData("-2.5E-308")]
    [InlineData("4.9406564584124654e-324")]
    [InlineData("1e+0000000012")]
    [InlineData("99999999999999999999999999999999999999999999")]
    public void A_number_out_of_every_integers_range_is_kept_in_an_unknown_field(string number) =>
        Assert.Equal($$"""{"id":"s-1","own":{{number}}}""", Some.Document($$"""{"own":{{number}}}""").Text());

    /// <summary>PostgreSQL writes it out: a thousand of them, of nine bytes each, are read back as 131 MB, and a few thousand not at all, by a backup neither.</summary>
    [Theory]
    [InlineData("1e309")]
    [InlineData("1e-325")]
    [InlineData("1E+131071")]
    [InlineData("0.1e-99999999999999999999")]
    public void A_number_that_grows_beyond_all_measure_when_it_is_written_out_is_refused(string number)
    {
        Assert.Contains("own.a[1]", Assert.Throws<InvalidInputException>(() => Some.Document($$$"""{"own":{"a":[1,{{{number}}}]}}""")).Errors.Keys);
        Assert.Equal($$"""{"id":"s-1","own":"{{number}}"}""", Some.Document($$"""{"own":"{{number}}"}""").Text());
    }

    /// <summary>It is searched for sixteen places at once.</summary>
    [Fact]
    public void Such_a_number_is_found_wherever_it_stands()
    {
        for (var before = 0; before < 40; before++)
            for (var after = 0; after < 40; after++)
            {
                var json = Some.Json($$"""["{{new string('x', before)}}",1{{(before % 2 == 0 ? 'e' : 'E')}}309,"{{new string('x', after)}}"]""");
                Assert.Equal("[1]", JsonText.Find(json)?.Path);
            }
    }
}
