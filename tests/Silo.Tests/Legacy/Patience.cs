using GaiaOrleans.Silo.Legacy;
using Microsoft.Extensions.DependencyInjection;
using SessionOptions = GaiaOrleans.Grains.Sessions.SessionOptions;

namespace GaiaOrleans.Silo.Tests.Legacy;

/// <summary>How long an answer is waited for where a test does not say it: longer than a machine stands still.</summary>
internal static class Patience
{
    private static readonly string[] Times = [nameof(LegacyOptions.Timeout), nameof(LegacyOptions.TotalTimeout), nameof(LegacyOptions.ListTimeout)];

    /// <param name="values">The configuration.</param>
    /// <param name="settings">Those of the test.</param>
    public static IServiceCollection AddPatience(this IServiceCollection services, Dictionary<string, string?> values, ReadOnlySpan<(string Name, object Value)> settings)
    {
        foreach (var (name, _) in settings)
            if (Times.Contains(name)) return services;
        (values["Legacy:Timeout"], values["Legacy:TotalTimeout"]) = ("00:00:20", "00:00:30");
        return services.Configure<SessionOptions>(o => o.SendLease = TimeSpan.FromMinutes(1));
    }
}
