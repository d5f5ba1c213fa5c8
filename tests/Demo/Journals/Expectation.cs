namespace GaiaOrleans.Demo.Journals;

/// <summary>
/// What both sides may show for one session when all is quiet. A null mark means: deleted. Nothing is demanded of a session
/// that no acknowledged write has touched.
/// </summary>
internal sealed record Expectation(bool Demanded, IReadOnlyList<SessionMark?> Allowed)
{
    public bool Admits(SessionMark? seen) => !Demanded || Allowed.Contains(seen);

    /// <summary>
    /// The last acknowledged write counts, together with every write after it whose outcome is unknown. An older write of unknown
    /// outcome may not come back over a newer acknowledged one.
    /// </summary>
    /// <param name="entries">Writes of one session are sequential; entries of different sessions may interleave.</param>
    public static Dictionary<string, Expectation> From(IEnumerable<JournalEntry> entries)
    {
        var open = new Dictionary<string, JournalEntry>();
        var expectations = new Dictionary<string, Expectation>();
        foreach (var entry in entries)
        {
            switch (entry.Event)
            {
                case JournalEvent.Invoked:
                    if (open.TryGetValue(entry.Id, out var unfinished))
                        Unknown(unfinished);
                    open[entry.Id] = entry;
                    break;
                case JournalEvent.Acknowledged:
                    expectations[entry.Id] = new(true, [Taken(entry).Mark]);
                    break;
                case JournalEvent.Refused:
                    Taken(entry);
                    expectations.TryAdd(entry.Id, Untouched);
                    break;
                case JournalEvent.Unknown:
                    Unknown(Taken(entry));
                    break;
            }
        }
        foreach (var unfinished in open.Values)
            Unknown(unfinished);
        return expectations;

        JournalEntry Taken(JournalEntry outcome) =>
            open.Remove(outcome.Id, out var invoked) && invoked.Key == outcome.Key
                ? invoked
                : throw new DemoFailedException($"the journal has an outcome without its write: {outcome.Id}, key {outcome.Key}");

        void Unknown(JournalEntry write)
        {
            var before = expectations.GetValueOrDefault(write.Id, Untouched);
            expectations[write.Id] = before with { Allowed = [.. before.Allowed, write.Mark] };
        }
    }

    private static readonly Expectation Untouched = new(false, []);
}
