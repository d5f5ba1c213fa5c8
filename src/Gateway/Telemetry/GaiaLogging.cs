using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Console;

namespace GaiaOrleans.Gateway.Telemetry;

/// <summary>One line per event, so that <c>grep ERROR</c> and <c>grep migration</c> find whole events; what runs per request stays quiet.</summary>
public static class GaiaLogging
{
    public static ILoggingBuilder AddGaiaLogging(this ILoggingBuilder logging)
    {
        logging.Services.TryAddSingleton(TimeProvider.System);
        logging.AddConsole(console => console.FormatterName = GaiaConsole.FormatterName).AddConsoleFormatter<GaiaConsole, ConsoleFormatterOptions>();
        foreach (var perRequest in (string[])["Microsoft.AspNetCore", "System.Net.Http", "Yarp", "Orleans"]) logging.AddFilter(perRequest, LogLevel.Warning);
        // Orleans warns of every probe and every lost connection while a silo dies; the membership's own events tell the same story once.
        logging.AddFilter("Orleans.Runtime.MembershipService", LogLevel.Information);
        // Orleans tries the placement of a call to a dead silo again; whoever made the call hears of it when that fails.
        logging.AddFilter("Polly", LogLevel.Critical);
        // Its first check measures from the machine's start and always warns.
        logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);
        return logging;
    }
}
