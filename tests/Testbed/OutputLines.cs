namespace GaiaOrleans.Testbed;

/// <summary>The last lines a process wrote, for error reports, and the waits for a line to come.</summary>
sealed class OutputLines(int capacity)
{
    readonly Lock _lock = new();
    readonly Queue<string> _lines = new();
    readonly List<(string Text, TaskCompletionSource Seen)> _waits = [];

    public void Add(string? line)
    {
        if (line is null)
            return;
        lock (_lock)
        {
            if (_lines.Count == capacity)
                _lines.Dequeue();
            _lines.Enqueue(line);
            foreach (var wait in _waits.Where(w => line.Contains(w.Text, StringComparison.Ordinal)))
                wait.Seen.TrySetResult();
            _waits.RemoveAll(w => w.Seen.Task.IsCompleted);
        }
    }

    /// <summary>Completes with the first line that contains the text; a line that is still in the ring counts.</summary>
    public Task Seen(string text)
    {
        lock (_lock)
        {
            if (_lines.Any(line => line.Contains(text, StringComparison.Ordinal)))
                return Task.CompletedTask;
            var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waits.Add((text, seen));
            return seen.Task;
        }
    }

    public string[] ToArray()
    {
        lock (_lock)
            return [.. _lines];
    }

    public override string ToString() => string.Join(Environment.NewLine, ToArray());
}
