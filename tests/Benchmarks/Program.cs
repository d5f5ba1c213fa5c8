using System.CommandLine;
using GaiaOrleans.Benchmarks;
using GaiaOrleans.Testbed;

Built.AsPublished = true;
var parsed = BenchCommand.Create().Parse(args);
var exitCode = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(20) });
return parsed.Errors.Count > 0 ? 2 : exitCode;
