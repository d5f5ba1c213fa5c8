using System.Net.Http.Json;
using System.Text.Json;

namespace GaiaOrleans.Testbed;

/// <summary>The legacy stand-in as a process of its own, with its data in a temporary folder that disposing deletes.</summary>
public sealed class GaiaHomeProcess : IAsyncDisposable
{
    // Seeding comes before the first answer: a million sessions take more than a minute.
    static readonly TimeSpan StartDeadline = TimeSpan.FromMinutes(10);
    static readonly JsonSerializerOptions SnakeCase = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    readonly DirectoryInfo _folder;
    readonly IReadOnlyList<string> _arguments;
    readonly HttpClient _control;
    ChildProcess _process;

    GaiaHomeProcess(IReadOnlyList<string> arguments, string host)
    {
        var script = RepositoryRoot.PathTo("deploy", "gaia-home", "gaia_home.py");
        var port = FreePort.Next();
        Url = new($"http://{host}:{port}/");
        _control = new() { BaseAddress = Url, Timeout = TimeSpan.FromSeconds(10) };
        _folder = Directory.CreateTempSubdirectory("gaia-home-");
        _arguments = [script, "--host", host, "--port", $"{port}", "--db", Path.Combine(_folder.FullName, "gaia_home.db"), .. arguments];
        _process = Launch();
    }

    /// <summary>Ends with a slash. Stays the same through restarts.</summary>
    public Uri Url { get; }

    /// <summary>Changes with each restart.</summary>
    public int Pid => _process.Id;

    /// <summary>Its SQLite file, for a test that changes data behind its back.</summary>
    public string Database => Path.Combine(_folder.FullName, "gaia_home.db");

    public IReadOnlyList<string> Output => _process.Output;

    /// <summary>Returns when it answers.</summary>
    /// <param name="arguments">Further arguments of the script, for example <c>--seed</c> and <c>1000</c>.</param>
    /// <param name="network">Where it listens. Default: on this machine alone.</param>
    /// <param name="cancellation">Gives up starting.</param>
    public static async Task<GaiaHomeProcess> StartAsync(IReadOnlyList<string>? arguments = null, TestNetwork? network = null, CancellationToken cancellation = default)
    {
        var home = new GaiaHomeProcess(arguments ?? [], network?.Address ?? "127.0.0.1");
        try
        {
            await home.UntilHealthyAsync(cancellation);
            return home;
        }
        catch
        {
            await home.DisposeAsync();
            throw;
        }
    }

    /// <summary>SIGKILL; requests are refused from now on.</summary>
    public Task KillAsync(CancellationToken cancellation = default) => _process.KillAsync(cancellation);

    /// <summary>SIGSTOP: requests hang from now on.</summary>
    public Task SuspendAsync(CancellationToken cancellation = default) => _process.SuspendAsync(cancellation);

    public Task ResumeAsync()
    {
        _process.Resume();
        return Task.CompletedTask;
    }

    /// <summary>Kills it if it still runs, and starts it on the same port and data. Faults are forgotten.</summary>
    public async Task RestartAsync(CancellationToken cancellation = default)
    {
        await _process.DisposeAsync();
        _process = Launch();
        await UntilHealthyAsync(cancellation);
    }

    /// <param name="faults">Written as JSON with snake_case names; a string is sent as it is.</param>
    /// <param name="cancellation">Gives up asking.</param>
    public async Task SetFaultsAsync(object faults, CancellationToken cancellation = default)
    {
        using HttpContent body = faults is string json
            ? new StringContent(json, mediaType: new("application/json"))
            : JsonContent.Create(faults, faults.GetType(), options: SnakeCase);
        await RequireSuccessAsync(await _control.PostAsync("__faults", body, cancellation), cancellation);
    }

    /// <summary>How many requests the faults at hand have befallen.</summary>
    public async Task<long> AffectedAsync(CancellationToken cancellation = default) =>
        (await _control.GetFromJsonAsync<JsonElement>("__faults", cancellation)).GetProperty("affected").GetInt64();

    public async Task ClearFaultsAsync(CancellationToken cancellation = default) =>
        await RequireSuccessAsync(await _control.DeleteAsync("__faults", cancellation), cancellation);

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _control.Dispose();
        if (_folder.Exists)
            _folder.Delete(recursive: true);
    }

    ChildProcess Launch() => ChildProcess.Start(new("python3", _arguments)
    {
        WorkingDirectory = _folder.FullName,
        // No __pycache__ in the repository.
        Environment = new Dictionary<string, string?> { ["PYTHONDONTWRITEBYTECODE"] = "1", ["PYTHONUNBUFFERED"] = "1" },
    });

    Task UntilHealthyAsync(CancellationToken cancellation) => _process.WaitForUrlAsync(new Uri(Url, "health"), StartDeadline, cancellation);

    static async Task RequireSuccessAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        using (answer)
        {
            if (!answer.IsSuccessStatusCode)
                throw new HttpRequestException(
                    $"{answer.RequestMessage?.Method} __faults: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellation)}", null, answer.StatusCode);
        }
    }
}
