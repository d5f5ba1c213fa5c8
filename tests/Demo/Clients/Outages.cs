using GaiaOrleans.Demo.Journals;

namespace GaiaOrleans.Demo.Clients;

/// <summary>
/// Spans in which one client's sessions were not served, written to the journal when they end. An answer slower than half a second is
/// written down too: a gateway that waits until a dead silo's sessions have moved shows no failure.
/// </summary>
internal sealed class Outages(Journal journal, Tally tally, TimeProvider time)
{
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(500);
    private readonly Dictionary<string, (DateTimeOffset From, int Failures)> _open = [];

    public void Observe(string id, Answer answer)
    {
        var now = time.GetUtcNow();
        var sent = now - answer.Took;
        if (answer.Failed)
        {
            tally.RequestFailed();
            var (from, failures) = _open.GetValueOrDefault(id, (sent, 0));
            _open[id] = (from, failures + 1);
        }
        else if (_open.Remove(id, out var outage))
            Write(id, outage.From, now, outage.Failures);
        else if (answer.Took > Slow)
            Write(id, sent, now, 0);
    }

    /// <summary>What never ended lasted until now.</summary>
    public void Close()
    {
        foreach (var (id, (from, failures)) in _open)
            Write(id, from, time.GetUtcNow(), failures);
        _open.Clear();
    }

    private void Write(string id, DateTimeOffset from, DateTimeOffset until, int failures) =>
        journal.Append(new(JournalEvent.Outage, until, id) { From = from, Failures = failures });
}
