using System.Text.Json;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Gateway;
using GaiaOrleans.Silo.Cluster;
using GaiaOrleans.Silo.Legacy;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Silo.Preflight;

/// <summary>
/// The same probe before anything is installed: <c>preflight [--legacy URL] [--sample N] [--time-limit SECONDS]</c> needs neither PostgreSQL nor
/// a cluster, and takes the rest (<c>Legacy__Auth</c>, …) from the environment, as a silo will. Writes the report as JSON.
/// </summary>
internal static class PreflightCommand
{
    private const string Word = "preflight";
    private const int Blocked = 1;
    private const int Usage = 2;

    private static readonly Dictionary<string, string> Switches = new()
    {
        ["--legacy"] = "Legacy:BaseUrl",
        ["--sample"] = "Sample",
        ["--time-limit"] = "TimeLimit",
    };

    public static bool Requested(string[] args) => args is [Word, ..];

    /// <returns>0 = ready, also with notes; 1 = blocked; 2 = the command line or the environment is wrong, and nothing was asked.</returns>
    public static async Task<int> Run(string[] args, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        try
        {
            var configuration = Configuration(args[1..]);
            await using var services = Services(configuration);
            var legacy = services.GetRequiredService<IOptions<LegacyOptions>>().Value;
            var facts = await services.GetRequiredService<PreflightReader>().Read(PreflightApi.Sample(configuration["Sample"]), cancellationToken);
            var report = PreflightReport.Of(facts, legacy);
            await output.WriteLineAsync(JsonSerializer.Serialize(report, GaiaJson.Options).AsMemory(), cancellationToken);
            return report.Verdict == Verdict.Blocked ? Blocked : 0;
        }
        catch (OptionsValidationException e)
        {
            foreach (var failure in e.Failures) await error.WriteLineAsync($"Configuration: {failure}");
            return Usage;
        }
        catch (InvalidInputException e)
        {
            foreach (var (field, messages) in e.Errors) await error.WriteLineAsync($"--{field} {string.Join("; ", messages)}");
            return Usage;
        }
    }

    private static IConfigurationRoot Configuration(string[] args)
    {
        for (var i = 0; i < args.Length; i += 2)
            if (!Switches.ContainsKey(args[i]) || i + 1 == args.Length)
                throw new OptionsValidationException(Word, typeof(PreflightCommand), [$"'{args[i]}' is not understood. Usage: {Word} [--legacy URL] [--sample N] [--time-limit SECONDS]"]);
        var configuration = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args, Switches).Build();
        if (configuration["TimeLimit"] is { } seconds)
            configuration["Preflight:TimeLimit"] = int.TryParse(seconds, out var whole)
                ? TimeSpan.FromSeconds(whole).ToString()
                : throw InvalidInputException.Field("time-limit", "must be a whole number of seconds");
        return configuration;
    }

    private static ServiceProvider Services(IConfiguration configuration)
    {
        var services = new ServiceCollection().AddSingleton(configuration).AddLogging().AddLegacySessions().AddPreflight();
        if (DualWriteEnvironment.Read(configuration).Timeout is { } timeout) services.Configure<LegacyOptions>(o => o.Timeout = timeout);
        return services.BuildServiceProvider();
    }
}
