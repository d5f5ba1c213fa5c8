using System.CommandLine;
using GaiaOrleans.Chaos.Faults;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.Chaos;

internal static class ChaosCommand
{
    public static RootCommand Create()
    {
        var seconds = new Option<int>("--seconds") { DefaultValueFactory = _ => 120, Description = "How long clients work and things break." };
        seconds.Validators.Add(given =>
        {
            if (given.GetValue(seconds) is < 10 or > 86_400) given.AddError("--seconds is from 10 to 86400.");
        });
        var seed = new Option<int?>("--seed") { Description = "Repeats the schedule and the workload of a run (default: drawn, and printed)." };
        var faults = new Option<string[]>("--faults") { AllowMultipleArgumentsPerToken = true, Description = $"Only these: {string.Join(", ", Fault.All.Select(f => f.Kind))} (default: all)." };
        faults.CustomParser = given => Kinds(given);
        var json = new Option<string?>("--json") { Description = "Also write the report here, as JSON." };
        var command = new RootCommand("Breaks a real cluster while clients work, and checks afterwards whether what they were told was true.") { seconds, seed, faults, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var chosen = (parsed.GetValue(faults) is { Length: > 0 } wanted ? Fault.All.Where(f => wanted.Contains(f.Kind)) : Fault.All).ToList();
            if (TestNetwork.Obstacle is { } obstacle && chosen.RemoveAll(f => f.InNetwork) is var left and > 0) Console.Error.WriteLine($"chaos: without {left} kinds of faults: {obstacle}");
            if (chosen.Count == 0) return 2;
            var run = new ChaosRun(parsed.GetValue(seed) ?? Random.Shared.Next(1, 1_000_000), TimeSpan.FromSeconds(parsed.GetValue(seconds)), chosen, TestNetwork.Obstacle is null);
            var report = await run.Run(cancellation);
            report.Show(Console.Out);
            if (parsed.GetValue(json) is { } file) await report.Write(file, cancellation);
            return report.Violations.Count == 0 && report.Hollow is null ? 0 : 1;
        });
        return command;
    }

    /// <summary>With commas or blanks between them.</summary>
    private static string[] Kinds(System.CommandLine.Parsing.ArgumentResult given)
    {
        var kinds = given.Tokens.SelectMany(t => t.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).ToArray();
        foreach (var unknown in kinds.Except(Fault.All.Select(f => f.Kind))) given.AddError($"--faults knows no '{unknown}'.");
        return kinds;
    }
}
