using GaiaOrleans.Client;
using GaiaOrleans.Client.Output;

using var interrupt = new Interrupt();
return await new Gaia(Terminal.OfProcess(), Environment.GetEnvironmentVariable, TimeProvider.System).Run(args, interrupt.Token);
