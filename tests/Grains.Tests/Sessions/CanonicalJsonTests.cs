using System.Text.Json;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Tests.Sessions;

public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData("1", "1.0")]
    [InlineData("1", "1e0")]
    [InlineData("100", "1E+2")]
    [InlineData("0.1", "0.10")]
    [InlineData("0", "-0")]
    [InlineData("0", "-0.0")]
    [InlineData("0", "0e9")]
    [InlineData("1e-7", "0.0000001")]
    [InlineData("1e30", "1000000000000000000000000000000")]
    [InlineData("""{"a":1,"b":[{"d":1,"c":2}]}""", """{ "b" : [ {"c":2.0,"d":1} ], "a" : 1 }""")]
    [InlineData("\"\\u00e9\"", "\"é\"")]
    [InlineData("\"\\/\"", "\"/\"")]
    public void What_json_does_not_mean_does_not_count(string a, string b) => Assert.Equal(CanonicalJson.Text(Some.Json(a)), CanonicalJson.Text(Some.Json(b)));

    [Theory]
    [InlineData("1", "\"1\"")]
    [InlineData("1", "true")]
    [InlineData("0", "null")]
    [InlineData("0", "1e-30")]
    [InlineData("1e-30", "2e-30")]
    [InlineData("[1,2]", "[2,1]")]
    [InlineData("{}", """{"a":null}""")]
    [InlineData("[]", "{}")]
    [InlineData("\"a\"", "\"A\"")]
    [InlineData("\"\\u00e9\"", "\"e\\u0301\"")]
    [InlineData("0.1", "0.1000000001")]
    [InlineData("9007199254740993", "9007199254740992")]
    [InlineData("79228162514264337593543950336", "79228162514264337593543950337")]
    [InlineData("1e400", "-1e400")]
    public void What_json_means_counts(string a, string b) => Assert.NotEqual(CanonicalJson.Text(Some.Json(a)), CanonicalJson.Text(Some.Json(b)));

    /// <summary>Hashes of it are stored: a text of its own for any of these would make every session a changed one.</summary>
    [Fact]
    public void The_canonical_text_stays_what_it_was() => Assert.Equal(
        """{"a":-5,"b":1e1,"c":0,"d":0,"e":15e-1,"f":12e1,"g":-3e1,"h":123,"É":{"a":1,"b":2}}""",
        CanonicalJson.Text(Some.Json("""{"É":{"b":2,"a":1},"h":123,"b":10,"a":-5,"c":0,"d":-0,"e":1.50,"f":120,"g":-30}""")));

    /// <summary>Numbers without an exponent are spelled by a way of their own, which makes no strings.</summary>
    [Fact]
    public void Every_number_is_spelled_as_by_the_exact_way()
    {
        var random = new Random(8);
        for (var n = 0; n < 5_000; n++)
        {
            var number = $"{(random.Next(3) == 0 ? "-" : "")}{Digits(random.Next(24), leading: false)}{(random.Next(2) == 0 ? "" : "." + Digits(1 + random.Next(24), leading: true))}";
            Assert.Equal((number, CanonicalJson.Number(number)), (number, CanonicalJson.Text(Some.Json(number))));
        }

        string Digits(int count, bool leading)
        {
            var digits = string.Concat(Enumerable.Range(0, count).Select(_ => random.Next(2) == 0 ? '0' : (char)('0' + random.Next(10))));
            return leading ? digits : digits.TrimStart('0') is { Length: > 0 } whole ? whole : "0";
        }
    }

    /// <summary>By UTF-16, in which what is beyond the first plane comes before the last of it.</summary>
    [Theory]
    [InlineData("""{"b":1,"a":2}""")]
    [InlineData("""{"time_window_start":1,"time_window_end":2,"time_win":3,"time_wi":4}""")]
    [InlineData("""{"":1,"A":2,"a":3,"~":4," ":5,"a":6}""")]
    [InlineData("""{"b":1,"\u0061":2,"c":3}""")]
    [InlineData("""{"～":1,"𝄞":2,"z":3}""")]
    public void Members_come_in_the_order_of_their_names(string json) => Assert.Equal(Reference(json), CanonicalJson.Text(Some.Json(json)));

    [Theory]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(400)]
    public void Many_members_come_in_the_order_of_their_names(int count)
    {
        var random = new Random(count);
        var json = $"{{{string.Join(',', Enumerable.Range(0, count).Select(n => $"\"{(random.Next(2) == 0 ? "shared_prefix_" : "")}{random.Next(count)}\":{n}"))}}}";
        Assert.Equal(Reference(json), CanonicalJson.Text(Some.Json(json)));
    }

    private static string Reference(string json) => "{" + string.Join(',', Some.Json(json).EnumerateObject().Select((m, at) => (m.Name, m.Value, at))
        .OrderBy(m => m.Name, StringComparer.Ordinal).ThenBy(m => m.at).Select(m => $"\"{JsonEncodedText.Encode(m.Name, CanonicalJson.WriterOptions.Encoder)}\":{CanonicalJson.Number(m.Value.GetRawText())}")) + "}";

    [Fact]
    public void Fields_are_left_out_at_the_top_only()
    {
        var hash = CanonicalJson.Hash(Some.Json("""{"a":1,"updated_at":1}"""), Some.Stamped);
        Assert.Equal(hash, CanonicalJson.Hash(Some.Json("""{"updated_at":2,"a":1}"""), Some.Stamped));
        Assert.NotEqual(
            CanonicalJson.Hash(Some.Json("""{"metadata":{"updated_at":1}}"""), Some.Stamped),
            CanonicalJson.Hash(Some.Json("""{"metadata":{"updated_at":2}}"""), Some.Stamped));
    }
}
