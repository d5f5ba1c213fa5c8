using GaiaOrleans.Gateway.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace GaiaOrleans.Gateway.Tests.Telemetry;

public sealed class GaiaConsoleTests
{
    private static readonly FakeTimeProvider Time = new(new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero));

    [Fact]
    public void An_event_is_time_level_category_and_message() =>
        Assert.Equal("2026-01-02T03:04:05.678Z ERROR GaiaOrleans.Silo: migration: it broke" + Environment.NewLine, Line(LogLevel.Error, "migration: it broke"));

    [Theory]
    [InlineData(LogLevel.Error, true)]
    [InlineData(LogLevel.Critical, true)]
    [InlineData(LogLevel.Warning, false)]
    [InlineData(LogLevel.Information, false)]
    public void Grep_ERROR_finds_what_is_an_error(LogLevel level, bool found) => Assert.Equal(found, Line(level, "x").Contains("ERROR", StringComparison.Ordinal));

    [Fact]
    public void An_exception_stands_on_the_line_of_its_event()
    {
        var line = Line(LogLevel.Error, "it broke", new InvalidOperationException("first\nsecond", new TimeoutException("inner")));
        Assert.Equal(1, line.Count(c => c == '\n'));
        Assert.Contains("it broke | System.InvalidOperationException: first second", line, StringComparison.Ordinal);
        Assert.Contains("inner", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a\n2026-01-02T03:04:05.678Z ERROR forged")]
    [InlineData("a\rb")]
    [InlineData("a\u001b[2Jb")]
    [InlineData("a\u2028b")]
    public void What_comes_from_outside_can_neither_forge_an_event_nor_steer_a_terminal(string message)
    {
        var line = Line(LogLevel.Warning, message)[..^Environment.NewLine.Length];
        Assert.DoesNotContain(line, c => char.IsControl(c) || c is '\u2028');
    }

    private static string Line(LogLevel level, string message, Exception? exception = null)
    {
        using var text = new StringWriter();
        new GaiaConsole(Time).Write(new LogEntry<string>(level, "GaiaOrleans.Silo", 0, message, exception, (state, _) => state), null, text);
        return text.ToString();
    }
}
