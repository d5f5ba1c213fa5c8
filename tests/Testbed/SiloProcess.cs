namespace GaiaOrleans.Testbed;

/// <summary>One silo as a process of its own; started again it keeps its name and ports.</summary>
public sealed class SiloProcess : IAsyncDisposable
{
    static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(90);

    readonly IReadOnlyDictionary<string, string?> _environment;
    readonly Action<string>? _heard;
    ChildProcess _process;

    internal SiloProcess(string name, IReadOnlyDictionary<string, string?> settings, NetworkNode? node = null, Action<string>? heard = null)
    {
        Name = name;
        (Node, _heard) = (node, heard);
        var address = node?.Address ?? "127.0.0.1";
        Url = new($"http://{address}:{FreePort.Next()}/");
        OrleansPort = FreePort.Next();
        _environment = new Dictionary<string, string?>(settings)
        {
            ["ASPNETCORE_URLS"] = Url.ToString(),
            ["Gaia__SiloName"] = name,
            ["Gaia__AdvertisedAddress"] = address,
            ["Gaia__SiloPort"] = $"{FreePort.Next()}",
            ["Gaia__GatewayPort"] = $"{OrleansPort}",
        };
        _process = Launch();
    }

    public string Name { get; }

    public Uri Url { get; }

    /// <inheritdoc cref="GatewayProcess.Node"/>
    public NetworkNode? Node { get; }

    /// <summary>Changes with each restart.</summary>
    public int Pid => _process.Id;

    /// <summary>Where the cluster's clients, such as a standalone gateway, connect to.</summary>
    public int OrleansPort { get; }

    public IReadOnlyList<string> Output => _process.Output;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    public Task<int> WaitForExitAsync(CancellationToken cancellation = default) => _process.WaitForExitAsync(cancellation);

    public Task UntilReadyAsync(CancellationToken cancellation = default) => _process.WaitForUrlAsync(new(Url, "health/ready"), StartDeadline, cancellation);

    public Task KillAsync() => _process.KillAsync();

    public Task SuspendAsync() => _process.SuspendAsync();

    public void Resume() => _process.Resume();

    public Task<int> StopAsync() => _process.StopAsync(Signal.Terminate, TimeSpan.FromSeconds(60));

    /// <summary>Kills it if it still runs, and starts it under the same name.</summary>
    public async Task RestartAsync()
    {
        await _process.DisposeAsync();
        _process = Launch();
        await UntilReadyAsync();
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    ChildProcess Launch()
    {
        var command = Built.Silo() with { Environment = _environment, Heard = _heard };
        return ChildProcess.Start(Node?.Within(command) ?? command);
    }
}
