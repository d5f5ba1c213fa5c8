using System.CommandLine;
using GaiaOrleans.Demo.Acts;
using GaiaOrleans.Demo.Clients;

var root = new RootCommand("Moves live sessions from GAIA_HOME to the cluster while clients read and write, and proves that none was lost.")
{
    RunCommand.Create(),
    ClientsCommand.Create(),
};
var parsed = root.Parse(args);
var exitCode = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(10) });
return parsed.Errors.Count > 0 ? 2 : exitCode;
