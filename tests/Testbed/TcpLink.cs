using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace GaiaOrleans.Testbed;

/// <summary>Connections to a server led through this process, where they can be slowed down, cut, or left open with nothing coming through.</summary>
public sealed class TcpLink : IAsyncDisposable
{
    readonly TcpListener _listener;
    readonly IPEndPoint _target;
    readonly ConcurrentDictionary<Socket, bool> _open = [];
    readonly CancellationTokenSource _ending = new();
    readonly Task _accepting;
    volatile TaskCompletionSource _gate = Opened();
    long _delayTicks;

    public TcpLink(IPEndPoint target)
    {
        _target = target;
        _listener = new(target.Address, FreePort.Next());
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Of everything that is on its way, in either direction. Default: none.</summary>
    public TimeSpan Delay
    {
        get => new(Interlocked.Read(ref _delayTicks));
        set => Interlocked.Exchange(ref _delayTicks, value.Ticks);
    }

    /// <summary>Connections stay open, and are made, but nothing comes through until <see cref="Thaw"/>.</summary>
    public void Freeze() => _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Thaw() => _gate.TrySetResult();

    /// <summary>Every connection there is breaks; new ones are made.</summary>
    public void Cut()
    {
        foreach (var socket in _open.Keys)
        {
            try
            {
                // A reset, not an orderly end.
                socket.LingerState = new(enable: true, seconds: 0);
                socket.Close();
            }
            // It has just been closed by whoever had it.
            catch (ObjectDisposedException) { }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Stop();
        Thaw();
        Cut();
        await _accepting;
        _ending.Dispose();
    }

    static TaskCompletionSource Opened()
    {
        var gate = new TaskCompletionSource();
        gate.SetResult();
        return gate;
    }

    async Task AcceptAsync()
    {
        var leading = new List<Task>();
        try
        {
            while (true) leading.Add(LeadAsync(await _listener.AcceptSocketAsync(_ending.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(leading);
        }
    }

    async Task LeadAsync(Socket near)
    {
        using var far = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        near.NoDelay = true;
        try
        {
            _open[near] = _open[far] = true;
            await far.ConnectAsync(_target, _ending.Token);
            await Task.WhenAny(PumpAsync(near, far), PumpAsync(far, near));
        }
        // Either end is gone, so the other is told.
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException) { }
        finally
        {
            _open.TryRemove(near, out _);
            _open.TryRemove(far, out _);
            near.Dispose();
        }
    }

    async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[65_536];
        try
        {
            while (await from.ReceiveAsync(buffer, _ending.Token) is var read and > 0)
            {
                await _gate.Task.WaitAsync(_ending.Token);
                if (Delay is { Ticks: > 0 } delay) await Task.Delay(delay, _ending.Token);
                for (var sent = 0; sent < read;) sent += await to.SendAsync(buffer.AsMemory(sent, read - sent), _ending.Token);
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException) { }
    }
}
