using GaiaOrleans.Testbed;

namespace GaiaOrleans.Benchmarks.Peers;

/// <summary>A running peer; disposing ends it.</summary>
internal sealed class PeerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);
    private readonly ChildProcess _process;

    private PeerProcess(string kind, string with)
    {
        Url = new($"http://127.0.0.1:{FreePort.Next()}/");
        _process = ChildProcess.Start(new("dotnet", typeof(PeerProcess).Assembly.Location, PeerCommand.Word, kind, Url.ToString(), with));
    }

    public Uri Url { get; }

    /// <summary>Answers everything with so many bytes, and does nothing else.</summary>
    public static Task<PeerProcess> Empty(int bytes, CancellationToken cancellation) => Start(EmptyEndpoint.Kind, $"{bytes}", cancellation);

    /// <summary>Forwards everything, and does nothing else.</summary>
    public static Task<PeerProcess> Forwarder(Uri target, CancellationToken cancellation) => Start(BareForwarder.Kind, target.ToString(), cancellation);

    /// <summary>An Orleans silo in this database that holds nothing.</summary>
    public static Task<PeerProcess> Silo(string connectionString, CancellationToken cancellation) => Start(EmptySilo.Kind, connectionString, cancellation);

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static async Task<PeerProcess> Start(string kind, string with, CancellationToken cancellation)
    {
        var peer = new PeerProcess(kind, with);
        await peer._process.WaitForUrlAsync(peer.Url, StartDeadline, cancellation);
        return peer;
    }
}
