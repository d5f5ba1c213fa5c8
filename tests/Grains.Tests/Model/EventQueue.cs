using Microsoft.Extensions.Time.Testing;

namespace GaiaOrleans.Grains.Tests.Model;

/// <summary>Time, and what happens in it: everything runs in one thread, in the order of its moments.</summary>
internal sealed class EventQueue
{
    private readonly PriorityQueue<Action, (DateTimeOffset At, long Order)> _events = new();
    private long _order;

    public FakeTimeProvider Time { get; } = new(Some.Now);

    public DateTimeOffset Now => Time.GetUtcNow();

    public void After(TimeSpan delay, Action action) => _events.Enqueue(action, (Now + delay, _order++));

    public void Pass(TimeSpan span)
    {
        var end = Now + span;
        while (_events.TryPeek(out _, out var next) && next.At <= end) RunNext();
        if (end > Now) Time.Advance(end - Now);
    }

    public void Until(Func<bool> done)
    {
        while (!done())
        {
            if (_events.Count == 0) throw new InvalidOperationException("Waits for something that will never happen.");
            RunNext();
        }
    }

    private void RunNext()
    {
        if (!_events.TryDequeue(out var action, out var moment)) return;
        if (moment.At > Now) Time.Advance(moment.At - Now);
        action();
    }
}
