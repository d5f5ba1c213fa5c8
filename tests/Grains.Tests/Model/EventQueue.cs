namespace GaiaOrleans.Grains.Tests.Model;

/// <summary>Time, and what happens in it: everything runs in one thread, in the order of its moments, also what the code under test awaits.</summary>
internal sealed class EventQueue(Corners corners) : TimeProvider
{
    private readonly PriorityQueue<Action, (DateTimeOffset At, long Order)> _events = new();
    private readonly Queue<Action> _turns = new();
    private DateTimeOffset _now = Some.Now;
    private Violation? _violation;
    private long _order;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _now.Ticks;

    public void After(TimeSpan delay, Action action) => _events.Enqueue(action, (_now + delay, _order++));

    public void Pass(TimeSpan span)
    {
        var end = _now + span;
        while (Step(end)) Check();
        _now = end;
    }

    public void Until(Func<bool> done)
    {
        while (!done())
        {
            if (!Step(DateTimeOffset.MaxValue)) throw new InvalidOperationException("Waits for something that will never happen.");
            Check();
        }

        Check();
    }

    public T Result<T>(Task<T> task)
    {
        Until(() => task.IsCompleted);
        return task.GetAwaiter().GetResult();
    }

    /// <summary>What is found inside the code under test would end in a task that nobody may look at.</summary>
    public Violation Found(Violation violation) => _violation ??= violation;

    /// <summary>Continuations run here, and not on a pool whose order is different each time.</summary>
    public void Run(Action history)
    {
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(new OneThread(_turns));
        try
        {
            history();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        // The one thing that the session grain waits for by the clock.
        corners.Visit("waited for a lease");
        var timer = new OneShot();
        After(dueTime, () =>
        {
            if (!timer.Disposed) callback(state);
        });
        return timer;
    }

    private bool Step(DateTimeOffset limit)
    {
        if (_turns.TryDequeue(out var turn))
        {
            turn();
            return true;
        }

        if (!_events.TryPeek(out var action, out var moment) || moment.At > limit) return false;
        _events.Dequeue();
        if (moment.At > _now) _now = moment.At;
        action();
        return true;
    }

    private void Check()
    {
        if (_violation is not null) throw _violation;
    }

    private sealed class OneThread(Queue<Action> turns) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => turns.Enqueue(() => d(state));
    }

    private sealed class OneShot : ITimer
    {
        public bool Disposed { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period) => throw new NotSupportedException("Only delays are modelled.");

        public void Dispose() => Disposed = true;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
