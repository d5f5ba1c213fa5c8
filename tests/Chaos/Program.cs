using System.CommandLine;
using GaiaOrleans.Chaos;

var parsed = ChaosCommand.Create().Parse(args);
var exitCode = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(60) });
return parsed.Errors.Count > 0 ? 2 : exitCode;
