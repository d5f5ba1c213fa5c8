using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Tests.Sessions;

public sealed class SessionTimestampTests
{
    [Theory]
    [InlineData("2026-01-31T12:00:00Z", true)]
    [InlineData("2026-01-31T12:00:00.000001Z", true)]
    [InlineData("0001-01-01T00:00:00Z", true)]
    [InlineData("9999-12-31T23:59:59.999999Z", true)]
    [InlineData("2026-01-31T12:00:00.000000Z", false)]
    [InlineData("2026-01-31T12:00:00.12345Z", false)]
    [InlineData("2026-01-31T12:00:00.1234567", false)]
    [InlineData("2026-01-31T12:00:00.", false)]
    [InlineData("2026-02-30T12:00:00Z", false)]
    [InlineData("2026-01-31T12:00:00z", false)]
    [InlineData("2026-01-31T12:00:0éZ", false)]
    [InlineData("", false)]
    public void Only_our_own_spelling_is_read_as_such(string text, bool ours)
    {
        Assert.Equal(ours, SessionTimestamp.TryReadFormatted(System.Text.Encoding.UTF8.GetBytes(text), out var time));
        if (ours) Assert.Equal(text, SessionTimestamp.Format(time));
    }

    [Theory]
    [InlineData("\"2026-01-31T12:00:00\"", "2026-01-31T12:00:00Z")]
    [InlineData("\"2026-01-31T12:00:00.123456\"", "2026-01-31T12:00:00.123456Z")]
    [InlineData("\"2026-01-31T12:00:00.5\"", "2026-01-31T12:00:00.500000Z")]
    [InlineData("\"2026-01-31 12:00:00.123456\"", "2026-01-31T12:00:00.123456Z")]
    [InlineData("\"2026-01-31T12:00:00Z\"", "2026-01-31T12:00:00Z")]
    [InlineData("\"2026-01-31T12:00:00.123456Z\"", "2026-01-31T12:00:00.123456Z")]
    [InlineData("\"2026-01-31T12:00:00+00:00\"", "2026-01-31T12:00:00Z")]
    [InlineData("\"2026-01-31T14:30:00.000001+02:30\"", "2026-01-31T12:00:00.000001Z")]
    [InlineData("\"2026-01-31T04:00:00-08:00\"", "2026-01-31T12:00:00Z")]
    [InlineData("\"2026-01-31T13:00:00+0100\"", "2026-01-31T12:00:00Z")]
    [InlineData("\"2026-02-01T01:00:00+13:00\"", "2026-01-31T12:00:00Z")]
    [InlineData("\"Sat, 31 Jan 2026 12:00:00 GMT\"", "2026-01-31T12:00:00Z")]
    [InlineData("1769860800", "2026-01-31T12:00:00Z")]
    [InlineData("1769860800.123456", "2026-01-31T12:00:00.123456Z")]
    [InlineData("1769860800000", "2026-01-31T12:00:00Z")]
    [InlineData("1769860800123", "2026-01-31T12:00:00.123000Z")]
    [InlineData("1769860800123.456", "2026-01-31T12:00:00.123456Z")]
    [InlineData("0", "1970-01-01T00:00:00Z")]
    [InlineData("-1.5", "1969-12-31T23:59:58.500000Z")]
    [InlineData("\"2026-01-31T12:00:00.1234567\"", "2026-01-31T12:00:00.123456Z")]
    [InlineData("\"2026-01-31T12:00:00.9999999\"", "2026-01-31T12:00:00.999999Z")]
    [InlineData("\"2026-01-31T12:00:00.999999999\"", "2026-01-31T12:00:00.999999Z")]
    [InlineData("\"0001-01-01T00:00:00\"", "0001-01-01T00:00:00Z")]
    [InlineData("\"9999-12-31T23:59:59.999999\"", "9999-12-31T23:59:59.999999Z")]
    public void Every_spelling_of_python_is_understood(string json, string canonical)
    {
        Assert.True(SessionTimestamp.TryRead(Some.Json(json), out var time));
        Assert.Equal(canonical, SessionTimestamp.Format(time));
        Assert.True(SessionTimestamp.TryParse(canonical, out var again));
        Assert.Equal(time, again);
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("\"12:00:00\"")]
    [InlineData("\"31/01/2026\"")]
    [InlineData("\"01-31-2026 12:00:00\"")]
    [InlineData("\"2026-02-30T12:00:00Z\"")]
    [InlineData("\"2026-01-31T25:00:00Z\"")]
    [InlineData("\"2026-01-31T12:00:00Zulu\"")]
    [InlineData("\"Fri, 31 Jan 2026 12:00:00 GMT\"")]
    [InlineData("\"0001-01-01T00:00:00+14:00\"")]
    [InlineData("\"9999-12-31T23:59:59-14:00\"")]
    [InlineData("\"1769860800\"")]
    [InlineData("1e20")]
    [InlineData("-1e15")]
    [InlineData("1e400000")]
    [InlineData("true")]
    [InlineData("{}")]
    public void What_is_not_a_time_is_not_taken_for_one(string json) => Assert.False(SessionTimestamp.TryRead(Some.Json(json), out _));

    [Fact]
    public void A_naive_time_is_utc_whatever_the_machine_thinks()
    {
        Assert.True(SessionTimestamp.TryParse("2026-07-01T00:00:00", out var time));
        Assert.Equal(TimeSpan.Zero, time.Offset);
        Assert.Equal(0, time.Hour);
    }

    [Fact]
    public void Cutting_goes_down_to_the_microsecond() =>
        Assert.Equal(Some.Now.AddTicks(10), SessionTimestamp.Cut(Some.Now.AddTicks(19)));
}
