namespace GaiaOrleans.Testbed;

/// <summary>The standalone gateway as a process of its own.</summary>
public sealed class GatewayProcess : IAsyncDisposable
{
    public const string DefaultName = "gaia_gateway";

    readonly IReadOnlyDictionary<string, string?> _environment;
    readonly Action<string>? _heard;
    ChildProcess _process;

    internal GatewayProcess(IReadOnlyDictionary<string, string?> settings, string name = DefaultName, NetworkNode? node = null, Action<string>? heard = null)
    {
        (Node, _heard) = (node, heard);
        Url = new($"http://{node?.Address ?? "127.0.0.1"}:{FreePort.Next()}/");
        _environment = new Dictionary<string, string?>(settings) { ["ASPNETCORE_URLS"] = Url.ToString(), ["Gateway__Name"] = name };
        _process = Launch();
    }

    public Uri Url { get; }

    /// <summary>Where it runs, in a network of its own.</summary>
    public NetworkNode? Node { get; }

    /// <inheritdoc cref="SiloProcess.Pid"/>
    public int Pid => _process.Id;

    public IReadOnlyList<string> Output => _process.Output;

    public bool HasExited => _process.HasExited;

    public Task UntilReadyAsync(CancellationToken cancellation = default) =>
        _process.WaitForUrlAsync(new(Url, "health/ready"), TimeSpan.FromSeconds(60), cancellation);

    public Task SuspendAsync() => _process.SuspendAsync();

    public void Resume() => _process.Resume();

    public Task<int> StopAsync() => _process.StopAsync(Signal.Terminate, TimeSpan.FromSeconds(60));

    public Task KillAsync() => _process.KillAsync();

    /// <summary>Kills it if it still runs, and starts it under the same name and address; returns as soon as its process runs.</summary>
    public async Task RestartAsync()
    {
        await _process.DisposeAsync();
        _process = Launch();
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    ChildProcess Launch()
    {
        var command = new ChildCommand("dotnet", Built.Program("Gateway")) { Environment = _environment, Heard = _heard };
        return ChildProcess.Start(Node?.Within(command) ?? command);
    }
}
