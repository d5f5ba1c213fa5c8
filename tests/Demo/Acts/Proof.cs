using GaiaOrleans.Demo.Checks;
using GaiaOrleans.Demo.Clients;
using GaiaOrleans.Demo.Journals;

namespace GaiaOrleans.Demo.Acts;

/// <summary>What the clients saw, what they wrote down, and what both sides show now.</summary>
internal sealed record Proof(ClientsReport Seen, IReadOnlyList<JournalEntry> Journal, CheckResult Check, Unavailability? Unavailable)
{
    public static async Task<Proof> Collect(string journalFile, FinalCheck check, DateTimeOffset? killedAt, ClientsReport seen, CancellationToken cancellation)
    {
        var journal = Journals.Journal.Read(journalFile);
        if (seen.Reads == 0 || !journal.Exists(entry => entry.Event == JournalEvent.Acknowledged))
            throw new DemoFailedException("the clients got nothing done: there is nothing to prove");
        var result = await check.Run(Expectation.From(journal), cancellation);
        return new(seen, journal, result, killedAt is { } kill ? Unavailability.After(kill, journal) : null);
    }

    public DemoReport Report(int sessions, RunState migrated, Shift shift, TimeSpan took) => new(
        sessions, migrated.Listed, migrated.Migrated, migrated.Skipped, migrated.Failed,
        Journal.Count(entry => entry.Event == JournalEvent.Acknowledged), Check.Lost.Count,
        Seen.Reads, Seen.ReadErrors, Check.Mismatches.Count + Seen.StaleReads,
        shift.Victim?.Name, Unavailable?.LongestMs, shift.RollbackMs,
        new(Seen.GoP95Ms, Seen.PythonP95Ms, Seen.DualWriteP95Ms), Math.Round(took.TotalSeconds, 1));
}
