using System.CommandLine;
using GaiaOrleans.Demo.Screens;

namespace GaiaOrleans.Demo.Acts;

internal static class RunCommand
{
    public static Command Create()
    {
        var cluster = new Option<string>("--cluster") { Required = true, Description = "The cluster.json that 'gaia up' wrote." };
        var gaia = new Option<string>("--gaia") { Required = true, Description = "The gaia script; restarts the killed silo." };
        var sessions = Positive(new Option<int>("--sessions") { DefaultValueFactory = _ => 10_000, Description = "Sessions that GAIA_HOME was seeded with." });
        var seconds = Positive(new Option<int>("--seconds") { DefaultValueFactory = _ => 20, Description = "Seconds of traffic, shared by the steps." });
        var json = new Option<string?>("--json") { Description = "Also write the result here, as JSON." };
        var clients = Positive(new Option<int>("--clients") { DefaultValueFactory = _ => 16, Description = "Clients that read and write meanwhile." });
        var command = new Command("run", "Performs the whole migration and checks every acknowledged write on both sides.")
        {
            cluster, gaia, sessions, seconds, json, clients,
        };
        command.SetAction((parsed, cancellation) =>
        {
            var options = new RunOptions(
                parsed.GetRequiredValue(cluster), parsed.GetRequiredValue(gaia), parsed.GetValue(sessions),
                parsed.GetValue(seconds), parsed.GetValue(json), parsed.GetValue(clients));
            return new DemoRun(options, new Screen(Console.IsOutputRedirected, TimeProvider.System), TimeProvider.System).Run(cancellation);
        });
        return command;
    }

    private static Option<int> Positive(Option<int> option)
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var value) && value < 1)
                result.AddError($"{option.Name} must be 1 or more");
        });
        return option;
    }
}
