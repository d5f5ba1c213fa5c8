using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using GaiaOrleans.Demo.Clients;

namespace GaiaOrleans.Demo.Acts;

/// <summary>The clients, in a process of their own: what they know they learned over HTTP.</summary>
internal sealed class ClientsProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly Process _process;
    private readonly Task _reading;
    private readonly Task<string> _complaints;

    private ClientsProcess(Process process)
    {
        _process = process;
        _reading = ReadReports();
        _complaints = process.StandardError.ReadToEndAsync();
    }

    /// <summary>The newest report; null until the first second is over.</summary>
    public ClientsReport? Latest { get; private set; }

    public static ClientsProcess Start(RunOptions options, string gateway, int seed)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(ClientsProcess).Assembly.Location);
        foreach (var argument in Arguments(options, gateway, seed))
            start.ArgumentList.Add(argument);
        return new(Process.Start(start) ?? throw new DemoFailedException("the clients did not start"));
    }

    public void MustLive()
    {
        if (_process.HasExited)
            throw new DemoFailedException($"the clients ended too early, exit code {_process.ExitCode}");
    }

    /// <summary>Asks for quiet; requests in flight are finished first.</summary>
    public async Task<ClientsReport> Quiet(CancellationToken cancellation)
    {
        MustLive();
        await _process.StandardInput.WriteLineAsync("quiet".AsMemory(), cancellation);
        _process.StandardInput.Close();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(Patience);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
            await _reading;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new DemoFailedException($"the clients did not come to rest within {Patience.TotalSeconds:0} s");
        }
        if (_process.ExitCode != 0 || Latest is not { Kind: "summary" } summary)
            throw new DemoFailedException($"the clients failed, exit code {_process.ExitCode}: {(await _complaints).Trim()}");
        return summary;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private async Task ReadReports()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
            Latest = JsonSerializer.Deserialize<ClientsReport>(line, Json.Lines);
    }

    private static string[] Arguments(RunOptions options, string gateway, int seed) =>
    [
        "clients", "--gateway", gateway, "--journal", options.JournalFile, "--sessions-file", options.SessionsFile,
        "--clients", options.Clients.ToString(CultureInfo.InvariantCulture), "--seed", seed.ToString(CultureInfo.InvariantCulture),
    ];
}
