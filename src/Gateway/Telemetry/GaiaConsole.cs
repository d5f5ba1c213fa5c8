using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace GaiaOrleans.Gateway.Telemetry;

/// <summary>
/// One line per event: time, level, category, message, exception. Levels are spelled as people grep for them, and the worst ones hold ERROR as well.
/// </summary>
internal sealed class GaiaConsole(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "gaia";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        textWriter.Write(time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture));
        textWriter.Write($" {Level(logEntry.LogLevel)} {logEntry.Category}: ");
        OneLine(message, textWriter);
        if (logEntry.Exception is { } exception)
        {
            textWriter.Write(" | ");
            OneLine(exception.ToString(), textWriter);
        }

        textWriter.Write(Environment.NewLine);
    }

    private static string Level(LogLevel level) => level switch
    {
        LogLevel.Trace => "TRACE",
        LogLevel.Debug => "DEBUG",
        LogLevel.Information => "INFO",
        LogLevel.Warning => "WARN",
        LogLevel.Error => "ERROR",
        _ => "FATAL ERROR",
    };

    // Ids and what legacy answers come from outside: none of it may look like an event of its own, or steer a terminal.
    private static void OneLine(string text, TextWriter textWriter)
    {
        foreach (var c in text) textWriter.Write(char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c);
    }
}
