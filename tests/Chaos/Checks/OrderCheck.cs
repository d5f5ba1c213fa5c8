using GaiaOrleans.Chaos.History;

namespace GaiaOrleans.Chaos.Checks;

/// <summary>
/// What clients' clocks alone say about reads, also of changes that were told no version because legacy took them, of sessions that were not there,
/// and of those that nobody has changed: a read shows nothing that had been replaced, for good, before it was asked for.
/// </summary>
internal static class OrderCheck
{
    /// <summary>What a session that nobody has changed shows.</summary>
    public const string Seed = "";

    /// <param name="operations">Of one session.</param>
    public static IEnumerable<Violation> Of(IReadOnlyList<Operation> operations)
    {
        var done = operations.Where(o => o is { Change: true, Outcome: Outcome.Done }).ToList();
        var (changes, writes) = (new LastInvoked(done), new LastInvoked([.. done.Where(o => o.Kind == OperationKind.Write)]));
        var written = operations.Where(o => o is { Kind: OperationKind.Write, Value: not null }).ToDictionary(o => o.Value!);
        var effect = new Effect(operations);
        var deletes = operations.Where(o => o is { Kind: OperationKind.Delete, Outcome: not Outcome.Refused }).ToList();
        foreach (var read in operations.Where(o => o is { Kind: OperationKind.Read, Outcome: Outcome.Done }))
        {
            var replaced = read.Value switch
            {
                null => writes.Before(read) is { } write && deletes.All(d => d.Invoked > read.Answered || effect.By(d) < write.Invoked) ? write : null,
                Seed => changes.Before(read),
                _ when written.TryGetValue(read.Value, out var source) && source.Outcome != Outcome.Refused => changes.Before(read) is { } change && change.Invoked > effect.By(source) ? change : null,
                _ => null,
            };
            if (replaced is not null) yield return new(ViolationKind.Stale, read.Session, $"a read shows {read.Value switch { null => "no session", Seed => "what was there at first", var value => value }}, which had been replaced", [replaced, read]);
        }
    }

    /// <summary>Acknowledged changes in the order of their answers, each with the one of the latest invocation so far.</summary>
    private sealed class LastInvoked
    {
        private readonly List<Operation> _byAnswer;
        private readonly List<Operation> _latest = [];

        public LastInvoked(List<Operation> changes)
        {
            _byAnswer = [.. changes.OrderBy(c => c.Answered)];
            foreach (var change in _byAnswer) _latest.Add(_latest.Count == 0 || change.Invoked > _latest[^1].Invoked ? change : _latest[^1]);
        }

        /// <summary>Of all that were answered before this was asked for, the one that was asked for last; null = none was.</summary>
        public Operation? Before(Operation read)
        {
            var (low, high) = (0, _byAnswer.Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (_byAnswer[middle].Answered < read.Invoked) low = middle + 1;
                else high = middle;
            }

            return low == 0 ? null : _latest[low - 1];
        }
    }
}
