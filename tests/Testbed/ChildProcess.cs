using System.Diagnostics;

namespace GaiaOrleans.Testbed;

/// <summary>
/// A process that lives no longer than the test: disposing kills it, and so does the end of the test process, however it ends.
/// Keeps the last 200 lines of output for error reports.
/// </summary>
public sealed class ChildProcess : IAsyncDisposable
{
    // The watcher reads a pipe whose other end this process holds, and kills the program at its end. $$ stays the same through
    // exec, so Id is the program's own. The watcher must not keep the output pipes open: their end is how an exit is noticed.
    const string Lifeline = "exec 3<&0; { cat <&3; kill -KILL $$; } >/dev/null 2>&1 & exec \"$@\" 3<&- </dev/null";

    static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(2) };
    static readonly TimeSpan PollPeriod = TimeSpan.FromMilliseconds(25);
    static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);

    readonly Process _process;
    readonly ChildCommand _command;
    readonly OutputLines _output = new(capacity: 200);
    readonly TaskCompletionSource _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    bool _disposed;

    ChildProcess(ChildCommand command)
    {
        _command = command;
        var start = new ProcessStartInfo("/bin/sh", ["-c", Lifeline, "sh", command.Program, .. command.Arguments])
        {
            WorkingDirectory = command.WorkingDirectory ?? "",
            UserName = command.User,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Most live too short to win back what compiling them a second time costs: of a silo's first 20 seconds that is a third.
        if (!Built.AsPublished)
            start.Environment.TryAdd("DOTNET_TC_CallCounting", "0");
        foreach (var (name, value) in command.Environment)
            start.Environment[name] = value;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Said(line.Data);
        _process.ErrorDataReceived += (_, line) => Said(line.Data);
    }

    public int Id { get; private set; }

    public bool HasExited => _disposed || _process.HasExited;

    /// <summary>Throws while the process runs. 128 + n after signal n.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>The last 200 lines of standard output and error, oldest first.</summary>
    public IReadOnlyList<string> Output => _output.ToArray();

    public static ChildProcess Start(ChildCommand command)
    {
        var child = new ChildProcess(command);
        child._process.Start();
        child.Id = child._process.Id;
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        // Closed at the exit, not at disposal: by then the watcher could hit a new process with the old id.
        var lifeline = child._process.StandardInput;
        child._process.Exited += (_, _) =>
        {
            lifeline.Close();
            child._exited.SetResult();
        };
        child._process.EnableRaisingEvents = true;
        return child;
    }

    /// <summary>Runs to the end; an exit code other than 0 is an <see cref="InvalidOperationException"/> with the output.</summary>
    public static async Task RunAsync(ChildCommand command, CancellationToken cancellation = default)
    {
        await using var child = Start(command);
        if (await child.WaitForExitAsync(cancellation) != 0)
            throw child.Failure($"ended with {child.ExitCode}");
    }

    public async Task<int> WaitForExitAsync(CancellationToken cancellation = default)
    {
        await _exited.Task.WaitAsync(cancellation);
        // Process.WaitForExitAsync waits for the end of the output too, and a grandchild that lives on may hold it open.
        await Task.WhenAny(_process.WaitForExitAsync(cancellation), Task.Delay(LastWords, cancellation));
        return _process.ExitCode;
    }

    /// <summary>Waits until a line of output contains the text.</summary>
    /// <exception cref="InvalidOperationException">The process ended first.</exception>
    /// <exception cref="TimeoutException">The deadline passed first.</exception>
    public async Task WaitForLineAsync(string text, TimeSpan deadline, CancellationToken cancellation = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(deadline);
        var seen = _output.Seen(text);
        try
        {
            await await Task.WhenAny(seen, WaitForExitAsync(limit.Token));
            await limit.CancelAsync();
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException(Report($"did not write \"{text}\" within {deadline}"));
        }

        if (!seen.IsCompleted)
            throw Failure($"ended with {ExitCode} before it wrote \"{text}\"");
    }

    /// <summary>Waits until the URL answers 200.</summary>
    /// <inheritdoc cref="WaitForLineAsync" path="/exception"/>
    public async Task WaitForUrlAsync(Uri url, TimeSpan deadline, CancellationToken cancellation = default)
    {
        var last = "nothing";
        await PollAsync(async limit =>
        {
            try
            {
                using var answer = await Http.GetAsync(url, limit);
                last = $"{(int)answer.StatusCode}";
                return answer.StatusCode == System.Net.HttpStatusCode.OK;
            }
            catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !limit.IsCancellationRequested))
            {
                last = e.Message;
                return false;
            }
        }, () => $"{url} did not answer 200 within {deadline}, last: {last}", deadline, cancellation);
    }

    /// <summary>Does nothing when the process has ended.</summary>
    public void Send(Signal signal)
    {
        if (!HasExited)
            signal.Send(Id);
    }

    /// <summary>SIGSTOP; returns when the whole process stands still.</summary>
    public Task SuspendAsync(CancellationToken cancellation = default)
    {
        Send(Signal.Stop);
        var deadline = TimeSpan.FromSeconds(5);
        return PollAsync(_ => Task.FromResult(ProcessTable.Find(Id) is { IsStopped: true }), () => $"did not stop within {deadline}", deadline, cancellation);
    }

    public void Resume() => Send(Signal.Continue);

    /// <summary>Asks it to end and waits.</summary>
    /// <exception cref="TimeoutException">It still runs after the deadline.</exception>
    public async Task<int> StopAsync(Signal signal, TimeSpan deadline, CancellationToken cancellation = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(deadline);
        Send(signal);
        try
        {
            return await WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException(Report($"did not end within {deadline} after {signal}"));
        }
    }

    /// <summary>SIGKILL; returns when the process is gone.</summary>
    public async Task KillAsync(CancellationToken cancellation = default)
    {
        Send(Signal.Kill);
        await WaitForExitAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        await KillAsync();
        _disposed = true;
        _process.Dispose();
    }

    async Task PollAsync(Func<CancellationToken, Task<bool>> isDone, Func<string> lateness, TimeSpan deadline, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(deadline);
        using var timer = new PeriodicTimer(PollPeriod);
        try
        {
            while (!await isDone(limit.Token))
            {
                if (HasExited)
                    throw Failure($"ended with {ExitCode}");
                await timer.WaitForNextTickAsync(limit.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException(Report(lateness()));
        }
    }

    InvalidOperationException Failure(string what) => new(Report(what));

    string Report(string what) => $"{_command}: {what}. Its last output:{Environment.NewLine}{_output}";

    void Said(string? line)
    {
        _output.Add(line);
        if (line is not null)
            _command.Heard?.Invoke(line);
    }
}
