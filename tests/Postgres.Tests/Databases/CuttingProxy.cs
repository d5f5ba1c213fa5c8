using System.Net;
using System.Net.Sockets;
using GaiaOrleans.Testbed;
using Npgsql;

namespace GaiaOrleans.Postgres.Tests.Databases;

/// <summary>Stands between the store and the server, and loses an answer when told to: the server has done its work and the store never hears of it.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, FreePort.Next());
    private readonly int _server;
    private readonly Task _accepting;
    private TaskCompletionSource? _cut;
    private volatile bool _closed;

    public CuttingProxy(string connectionString)
    {
        var target = new NpgsqlConnectionStringBuilder(connectionString);
        _server = target.Port;
        _listener.Start();
        target.Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        ConnectionString = target.ConnectionString;
        _accepting = Accept();
    }

    public string ConnectionString { get; }

    /// <summary>The next answer of the server is thrown away and its connection cut; no new ones pass until <see cref="Reopen"/>.</summary>
    /// <returns>Ends when that has happened.</returns>
    public Task LoseNextAnswer()
    {
        var cut = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _cut, cut);
        return cut.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    public void Reopen() => _closed = false;

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
    }

    private async Task Accept()
    {
        var running = new List<Task>();
        try
        {
            while (true) running.Add(Serve(await _listener.AcceptTcpClientAsync()));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The listener was stopped.
        }
    }

    private async Task Serve(TcpClient client)
    {
        using var left = client;
        if (_closed) return;
        using var right = new TcpClient { NoDelay = true };
        left.NoDelay = true;
        try
        {
            await right.ConnectAsync(IPAddress.Loopback, _server);
            await Task.WhenAny(left.GetStream().CopyToAsync(right.GetStream()), Answer(right.GetStream(), left.GetStream()));
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // One side went away; so does the other.
        }
    }

    private async Task Answer(NetworkStream from, NetworkStream to)
    {
        var buffer = new byte[65_536];
        while (await from.ReadAsync(buffer) is > 0 and var count)
        {
            if (Interlocked.Exchange(ref _cut, null) is { } cut)
            {
                _closed = true;
                cut.SetResult();
                return;
            }

            await to.WriteAsync(buffer.AsMemory(0, count));
        }
    }
}
