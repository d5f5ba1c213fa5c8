using System.Text;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Silo.Preflight;
using GaiaOrleans.Silo.Tests.Legacy;

namespace GaiaOrleans.Silo.Tests.Preflight;

public sealed class SpellingTests
{
    [Theory]
    [InlineData("\"2026-01-31T12:00:00.123456\"", "iso_naive")]
    [InlineData("\"2026-01-31 12:00:00\"", "iso_naive")]
    [InlineData("\"2026-01-31T12:00:00Z\"", "iso_z")]
    [InlineData("\"2026-01-31T12:00:00.1+02:00\"", "iso_offset")]
    [InlineData("\"2026-01-31T12:00:00-05:00\"", "iso_offset")]
    [InlineData("\"2026-01-31\"", "date")]
    [InlineData("\"Sat, 31 Jan 2026 12:00:00 GMT\"", "rfc1123")]
    [InlineData("1767225600", "epoch_s")]
    [InlineData("1767225600.25", "epoch_s")]
    [InlineData("1767225600250", "epoch_ms")]
    [InlineData("0", "epoch_s")]
    [InlineData("\"soon\"", "unreadable")]
    [InlineData("\"\"", "unreadable")]
    [InlineData("true", "unreadable")]
    public void A_time_is_written_in_one_way(string json, string spelling) => Assert.Equal(spelling, TimeSpelling.Of(Encoding.UTF8.GetBytes(json).Json(), out _));

    [Theory]
    [InlineData("high_level", "lower")]
    [InlineData("HIGH_LEVEL", "upper")]
    [InlineData("High_Level", "mixed")]
    [InlineData("SessionTier.HIGH_LEVEL", "python_repr")]
    [InlineData("boss", null)]
    public void An_enum_value_is_written_in_one_way(string text, string? style) => Assert.Equal(style, EnumStyle.Of(SessionField.ByName["tier"], text));

    [Theory]
    [InlineData(null, null)]
    [InlineData("1", 1)]
    [InlineData("1000000", 1_000_000)]
    public void A_sample_is_a_number_of_sessions(string? text, int? sample) => Assert.Equal(sample, PreflightApi.Sample(text));

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("many")]
    [InlineData("")]
    [InlineData("1.5")]
    [InlineData("1000001")]
    public void What_is_no_sample_is_refused_by_name(string text) =>
        Assert.Equal("sample", Assert.Single(Assert.Throws<InvalidInputException>(() => PreflightApi.Sample(text)).Errors).Key);

    [Fact]
    public void Sessions_read_alone_are_spread_and_hold_some_odd_ids()
    {
        var listed = Enumerable.Range(0, 100).Select(i => $"s-{i:00}").Concat(["a/b", "ü", "..", "x y", "p%q"]).Select(id => new LegacyListed(id, "{}"u8.ToArray(), null))
            .Append(new(null, "7"u8.ToArray(), "no object")).Append(new("bad", """{"n":"\u0000"}"""u8.ToArray(), null)).ToList();
        Assert.Equal("a/b ü .. x_y s-00 s-25 s-50 s-75", string.Join(' ', SingleReads.Choose(listed, 8).Select(l => l.Id!.Replace(' ', '_'))));
        Assert.Equal("a/b ü", string.Join(' ', SingleReads.Choose(listed, 2).Select(l => l.Id)));
    }

    [Fact]
    public void Latencies_are_exact()
    {
        Assert.Null(Latency.Of([]));
        Assert.Equal(new(100, 50, 95, 100), Latency.Of(Enumerable.Range(1, 100).Select(i => (double)i)));
        Assert.Equal(new(1, 7, 7, 7), Latency.Of([7]));
    }

    [Fact]
    public void A_long_list_of_oddities_is_cut_and_counted()
    {
        var survey = new SessionSurvey(DateTimeOffset.UnixEpoch);
        for (var i = 0; i < 500; i++) survey.Add(new($"s{i}", Encoding.UTF8.GetBytes($$"""{"id":"s{{i}}","status":"odd","f{{i}}":1}"""), null));
        var facts = survey.Facts();
        Assert.Equal((500, 500, 50, 100), (facts.LookedAt, facts.Misfits.Count, facts.Misfits.Shown.Count, facts.UnknownFields.Count));
    }
}
