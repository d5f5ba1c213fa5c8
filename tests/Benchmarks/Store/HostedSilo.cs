using System.Globalization;
using System.Text;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway.Sessions;
using GaiaOrleans.Silo;
using GaiaOrleans.Testbed;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace GaiaOrleans.Benchmarks.Store;

/// <summary>A silo as it ships, within this process, so that its callers cost no more than those of what it is compared with. The migration is complete: legacy is not fed.</summary>
internal sealed class HostedSilo : IAsyncDisposable
{
    private const string Complete = "UPDATE rollout_state SET phase = 'Completed', go_percentage = 100 RETURNING epoch";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private readonly WebApplication _app;
    private readonly WriteContext _context;
    private readonly DirectoryInfo _folder;
    private readonly SessionReferences _sessions;

    private HostedSilo(WebApplication app, long epoch, DirectoryInfo folder)
    {
        (_app, _context, _folder) = (app, new(epoch), folder);
        Grains = app.Services.GetRequiredService<IGrainFactory>();
        _sessions = new(Grains);
    }

    public IGrainFactory Grains { get; }

    /// <param name="connectionString">To a database that holds nothing yet.</param>
    public static async Task<HostedSilo> Start(string connectionString, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("gaia-bench-");
        var settings = new Dictionary<string, string>
        {
            // The console's files are found by this name.
            ["applicationName"] = "GaiaOrleans.Silo",
            ["Postgres:ConnectionString"] = connectionString,
            ["Gaia:SiloPort"] = Text(FreePort.Next()),
            ["Gaia:GatewayPort"] = Text(FreePort.Next()),
            ["Gaia:ExpectedSilos"] = "1",
            ["Gateway:StateFile"] = Path.Combine(folder.FullName, "gateway.json"),
            // Nobody is there, and nobody is asked.
            ["Legacy:BaseUrl"] = $"http://127.0.0.1:{FreePort.Next()}/",
            ["Logging:Console:LogLevel:Default"] = "None",
            ["urls"] = $"http://127.0.0.1:{FreePort.Next()}",
        };
        var app = await SiloApplication.OnPostgres([.. settings.Select(s => $"--{s.Key}={s.Value}")], cancellation);
        try
        {
            await using var database = NpgsqlDataSource.Create(connectionString);
            await using var complete = database.CreateCommand(Complete);
            var epoch = (long)(await complete.ExecuteScalarAsync(cancellation))!;
            await app.StartAsync(cancellation);
            return new(app, epoch, folder);
        }
        catch
        {
            // Left running it would slow down every row after this one.
            await app.DisposeAsync();
            throw;
        }

        static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>As a gateway has it written, with an id that tells whether the request has taken effect.</summary>
    public Task Write(string id, string document, CancellationToken cancellation) =>
        _sessions.Of(id).Write(new(ChangeKind.Replace, Encoding.UTF8.GetBytes(document)), _context with { RequestId = Guid.NewGuid() }, cancellation);

    public async Task<SessionSnapshot> Read(string id) => await Grains.GetGrain<ISessionGrain>(id).Read();

    /// <summary>Every grain that nobody calls right now leaves memory; returns when they have.</summary>
    public async Task LetGo(int atMost)
    {
        await Management.ForceActivationCollection(TimeSpan.Zero);
        await Eventually.Get(Active, left => left <= atMost, Patience);
    }

    /// <summary>How many grains are in memory.</summary>
    public Task<int> Active() => Management.GetTotalActivationCount();

    private IManagementGrain Management => Grains.GetGrain<IManagementGrain>(0);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
