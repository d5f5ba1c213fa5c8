using System.Net;
using System.Net.Sockets;

namespace GaiaOrleans.Testbed;

/// <summary>Loopback TCP ports that nobody listens on; one process never gets the same one twice.</summary>
public static class FreePort
{
    // Below the ephemeral range: an outgoing connection cannot take the port between this look and its use.
    const int First = 20_000;
    const int Last = 32_000;

    static readonly HashSet<int> Given = [];

    public static int Next()
    {
        lock (Given)
        {
            for (var attempt = 0; attempt < 1_000; attempt++)
            {
                var port = Random.Shared.Next(First, Last);
                if (!Given.Contains(port) && IsFree(port) && Given.Add(port))
                    return port;
            }
        }

        throw new IOException($"Found no free loopback port from {First} to {Last}.");
    }

    /// <summary>The first of so many that follow each other.</summary>
    public static int NextInARow(int count)
    {
        lock (Given)
        {
            while (true)
            {
                var first = Next();
                if (Enumerable.Range(first + 1, count - 1).All(port => !Given.Contains(port) && IsFree(port)))
                {
                    Given.UnionWith(Enumerable.Range(first, count));
                    return first;
                }
            }
        }
    }

    static bool IsFree(int port)
    {
        // Any address, not only loopback: a listener on 0.0.0.0 takes the port as well.
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            return false;
        }
    }
}
