using System.Globalization;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.Benchmarks.Peers;

/// <summary>A running peer; disposing ends it.</summary>
internal sealed class PeerProcess : IAsyncDisposable
{
    private static readonly TimeSpan AnswerDeadline = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);
    private readonly ChildProcess _process;

    private PeerProcess(string kind, string with)
    {
        Url = new($"http://127.0.0.1:{FreePort.Next()}/");
        _process = ChildProcess.Start(new("dotnet", Built.Program("Peers"), kind, Url.ToString(), with));
    }

    public Uri Url { get; }

    /// <summary>Answers everything with so many bytes, and does nothing else.</summary>
    public static Task<PeerProcess> Empty(int bytes, CancellationToken cancellation) => Start("empty", $"{bytes}", cancellation);

    /// <summary>Forwards everything, and does nothing else.</summary>
    public static Task<PeerProcess> Forwarder(Uri target, CancellationToken cancellation) => Start("forwarder", target.ToString(), cancellation);

    /// <summary>An Orleans silo in this database that holds nothing.</summary>
    public static Task<PeerProcess> Silo(string connectionString, CancellationToken cancellation) => Start("silo", connectionString, cancellation);

    /// <summary>An Orleans silo with grains that keep their state in this database, and the callers of both.</summary>
    public static Task<PeerProcess> State(string connectionString, CancellationToken cancellation) => Start("state", connectionString, cancellation);

    /// <summary>Has it measure something; answers the figure.</summary>
    public async Task<double> Ask(string path, string body, CancellationToken cancellation)
    {
        using var http = new HttpClient { Timeout = AnswerDeadline };
        using var content = new StringContent(body);
        using var answer = await http.PostAsync(new Uri(Url, path), content, cancellation);
        var text = await answer.Content.ReadAsStringAsync(cancellation);
        return answer.IsSuccessStatusCode ? double.Parse(text, CultureInfo.InvariantCulture) : throw new BenchFailedException($"{path}: {(int)answer.StatusCode} {text}");
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static async Task<PeerProcess> Start(string kind, string with, CancellationToken cancellation)
    {
        var peer = new PeerProcess(kind, with);
        await peer._process.WaitForUrlAsync(peer.Url, StartDeadline, cancellation);
        return peer;
    }
}
