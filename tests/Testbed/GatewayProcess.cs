namespace GaiaOrleans.Testbed;

/// <summary>The standalone gateway as a process of its own.</summary>
public sealed class GatewayProcess : IAsyncDisposable
{
    readonly ChildProcess _process;

    internal GatewayProcess(IReadOnlyDictionary<string, string?> settings, string name = "gaia_gateway")
    {
        Url = new($"http://127.0.0.1:{FreePort.Next()}/");
        _process = ChildProcess.Start(new("dotnet", Built.Program("Gateway"))
        {
            Environment = new Dictionary<string, string?>(settings) { ["ASPNETCORE_URLS"] = Url.ToString(), ["Gateway__Name"] = name },
        });
    }

    public Uri Url { get; }

    public IReadOnlyList<string> Output => _process.Output;

    public Task UntilReadyAsync(CancellationToken cancellation = default) =>
        _process.WaitForUrlAsync(new(Url, "health/ready"), TimeSpan.FromSeconds(60), cancellation);

    public Task SuspendAsync() => _process.SuspendAsync();

    public void Resume() => _process.Resume();

    public Task KillAsync() => _process.KillAsync();

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
