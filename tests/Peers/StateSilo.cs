using System.Globalization;
using GaiaOrleans.Testbed;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace GaiaOrleans.Peers;

/// <summary>
/// An Orleans silo whose grains keep a document by Orleans' own storage in PostgreSQL, with its callers inside:
/// <c>POST /write?callers=C&amp;seconds=S</c> with the document answers writes a second, <c>POST /activate?count=N</c> the bytes of a grain without anything.
/// </summary>
internal static class StateSilo
{
    public const string Kind = "state";

    internal const string Storage = "documents";

    public static async Task Serve(string url, string connectionString, CancellationToken cancellation)
    {
        await using var app = EmptySilo.Build(url, connectionString, "stored", silo =>
            silo.AddAdoNetGrainStorage(Storage, database => (database.Invariant, database.ConnectionString) = ("Npgsql", connectionString)));
        var grains = app.Services.GetRequiredService<IGrainFactory>();
        app.MapGet("/", static () => Results.Ok());
        app.MapPost("/write", async (int callers, double seconds, HttpRequest request) =>
        {
            using var reader = new StreamReader(request.Body);
            var document = await reader.ReadToEndAsync(request.HttpContext.RequestAborted);
            return Text(await Callers.PerSecond(callers, TimeSpan.FromSeconds(seconds), (caller, _) => grains.GetGrain<IStateGrain>($"session-{caller:000000}").Write(document)));
        });
        app.MapPost("/activate", async (int count) => Text(await ManagedMemory.EachOf(count, n => grains.GetGrain<IEmptyGrain>($"session-{n:000000}").Touch())));
        await app.StartAsync(cancellation);
        await app.WaitForShutdownAsync(cancellation);
    }

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
