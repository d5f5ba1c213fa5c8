using GaiaOrleans.Silo.Legacy;
using GaiaOrleans.Silo.Preflight;
using GaiaOrleans.Silo.Tests.Legacy;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Silo.Tests.Preflight;

/// <summary>A preflight as a silo makes it, with the settings of one test.</summary>
internal static class Probe
{
    /// <param name="settings">Without a section they are of <c>Legacy</c>.</param>
    public static async Task<PreflightReport> Of(Uri home, int? sample = null, params (string Name, object Value)[] settings)
    {
        var values = new Dictionary<string, string?> { ["Legacy:BaseUrl"] = home.ToString() };
        foreach (var (name, value) in settings) values[name.StartsWith("Preflight:", StringComparison.Ordinal) ? name : "Legacy:" + name] = FormattableString.Invariant($"{value}");
        await using var services = new ServiceCollection().AddPatience(values, settings)
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(values).Build())
            .AddLogging()
            .AddLegacySessions()
            .AddPreflight()
            .BuildServiceProvider();
        var facts = await services.GetRequiredService<PreflightReader>().Read(sample, default);
        return PreflightReport.Of(facts, services.GetRequiredService<IOptions<LegacyOptions>>().Value);
    }

    public static Finding Found(this PreflightReport report, string code)
    {
        var finding = report.Findings.SingleOrDefault(f => f.Code == code);
        Assert.True(finding is not null, $"no {code}; there is: {string.Join(" | ", report.Findings)}");
        return finding;
    }

    public static string? Setting(this PreflightReport report, string name) => report.Settings.SingleOrDefault(s => s.Name == name)?.Value;

    /// <summary>Those that are more than an observation.</summary>
    public static string Serious(this PreflightReport report) =>
        string.Join(", ", report.Findings.Where(f => f.Severity != Severity.Info).Select(f => f.Code));
}
