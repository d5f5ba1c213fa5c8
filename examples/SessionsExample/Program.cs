// A service that calls sessions directly. Against a local cluster (./gaia up):
//   Gaia__Silos__0=127.0.0.1:30000 Legacy__BaseUrl=http://127.0.0.1:5000 dotnet run --project examples/SessionsExample
using System.Text.Json.Nodes;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Sessions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

var builder = Host.CreateApplicationBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.AddGaiaSessions();
using var host = builder.Build();
await host.StartAsync();

var sessions = host.Services.GetRequiredService<GaiaSessions>();
using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
try
{
    var made = await sessions.Create(new() { ["session_name"] = "example", ["status"] = "active", ["metadata"] = new JsonObject { ["tries"] = 0 } }, cancellationToken: patience.Token);
    Console.WriteLine($"created {made.Id}, both sides: {made.DualWrite}");

    // Read, change, write back only if nobody else has changed it meanwhile; else once more from the start.
    for (var done = false; !done;)
    {
        var read = await sessions.Get(made.Id, patience.Token) ?? throw new UnknownSessionException(made.Id);
        var tries = read.Document["metadata"]!["tries"]!.GetValue<int>();
        try
        {
            await sessions.Patch(made.Id, new() { ["metadata"] = new JsonObject { ["tries"] = tries + 1 } }, new(IfVersion: read.Version), patience.Token);
            done = true;
        }
        catch (VersionMismatchException e)
        {
            Console.WriteLine($"somebody was faster: version {e.Current}");
        }
    }

    Console.WriteLine($"read {(await sessions.Get(made.Id, patience.Token))!.As<Example>()}");
    var active = 0;
    await foreach (var _ in sessions.List(new(Status: "active"), patience.Token)) active++;
    Console.WriteLine($"listed {active} active");
    await sessions.Delete(made.Id, cancellationToken: patience.Token);
    Console.WriteLine($"deleted, and reads {(await sessions.Get(made.Id, patience.Token) is null ? "nothing" : "it still")}");
    return 0;
}
catch (GaiaException e)
{
    Console.Error.WriteLine($"{e.Code}: {e.Message}");
    return 1;
}
finally
{
    await host.StopAsync();
}

/// <summary>As much of a session as this service cares for.</summary>
internal sealed record Example(string SessionName, string Status);
