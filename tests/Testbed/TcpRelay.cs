using System.Net;
using System.Net.Sockets;

namespace GaiaOrleans.Testbed;

/// <summary>A stretch of network between two processes that a test may cut: what runs through it breaks, and nothing new passes until it is joined.</summary>
public sealed class TcpRelay : IAsyncDisposable
{
    readonly TcpListener _listener;
    readonly int _target;
    readonly Task _accepting;
    CancellationTokenSource _passing = new();

    /// <param name="targetPort">The loopback port of the process behind it.</param>
    public TcpRelay(int targetPort)
    {
        _target = targetPort;
        Port = FreePort.Next();
        _listener = new(IPAddress.Loopback, Port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    public Task CutAsync() => _passing.CancelAsync();

    public void Join() => _passing = new();

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await CutAsync();
        await _accepting;
    }

    async Task AcceptAsync()
    {
        var running = new List<Task>();
        try
        {
            while (true)
                running.Add(RelayAsync(await _listener.AcceptTcpClientAsync(), _passing.Token));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The listener was stopped.
        }

        await Task.WhenAll(running);
    }

    async Task RelayAsync(TcpClient client, CancellationToken cut)
    {
        using var left = client;
        using var right = new TcpClient { NoDelay = true };
        left.NoDelay = true;
        try
        {
            await right.ConnectAsync(IPAddress.Loopback, _target, cut);
            var (near, far) = (left.GetStream(), right.GetStream());
            await Task.WhenAny(near.CopyToAsync(far, cut), far.CopyToAsync(near, cut));
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // One side went away, or the network is cut: so does the other.
        }
    }
}
