using System.Globalization;
using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Silo.Legacy;

namespace GaiaOrleans.Silo.Preflight;

/// <summary>Whether the records can be kept, and what becomes of odd ones.</summary>
internal static class RecordFindings
{
    // Gateway:MaxBodyBytes of a gateway that nobody configured.
    private const int MostThroughGateway = 1 << 20;

    public static IEnumerable<Finding> Of(RecordFacts records, LegacyOptions configured) =>
        Mapping(records).Concat(Spelling(records)).Concat(Size(records, configured));

    private static IEnumerable<Finding> Mapping(RecordFacts records)
    {
        if (records.Refused.Count > 0)
            yield return Finding.Blocker(
                "records_refused", "Some records cannot be migrated; the ledger does not close with a failed one.",
                $"{records.Refused.Count} of {records.LookedAt}, first: {Text(records.Refused.Shown[0])}", "Correct or delete them in GAIA_HOME; facts.records.refused lists them.");
        if (records.Misfits.Count > 0)
            yield return Finding.Warning(
                "values_do_not_fit", "Some known fields hold values that are none of theirs: kept as they came, and listed as validation errors.",
                $"{records.Misfits.Count} of the values of {records.LookedAt} records, first: {Text(records.Misfits.Shown[0])}", "Correct them in GAIA_HOME, or leave them; facts.records.misfits lists them.");
        var copies = records.Duplicates;
        if (copies.Shown.Any(d => !d.Same))
            yield return Finding.Blocker(
                "ids_ambiguous", "Different records are listed under one id: only one of them would be kept.", $"{copies.Count} more than ids, first: {copies.Shown.First(d => !d.Same).Id}",
                "Decide in GAIA_HOME which is the session, and give the others another id. If it was written while we read, look again.");
        else if (copies.Count > 0)
            yield return Finding.Warning(
                "listed_twice", "Some sessions are listed more than once.", $"{copies.Count}, first: {copies.Shown[0].Id}", "Each is migrated once; counts will differ by this number.");
        if (records.UnknownFields.Count > 0)
            yield return Finding.Info("unknown_fields", "Members without a column of their own are kept as they are.", Finding.Names(records.UnknownFields));
    }

    private static IEnumerable<Finding> Spelling(RecordFacts records)
    {
        var ahead = records.AheadOfTime;
        if (ahead.Count > 0)
            yield return Finding.Warning(
                "times_ahead", "Times without a zone are read as UTC, and some of them lie in the future: they may be local times.",
                string.Join(", ", ahead.Select(a => string.Create(CultureInfo.InvariantCulture, $"{a.Key} {SessionTimestamp.Format(a.Value)}"))), "Let GAIA_HOME run under TZ=UTC, or expect its times to be off by its zone.");
        else if (Fields(records, TimeSpelling.Naive) is { Count: > 0 } naive)
            yield return Finding.Info("times_without_zone", "Times without a zone are read as UTC.", string.Join(", ", naive), "Nothing, if GAIA_HOME writes datetime.utcnow().");
        if (Fields(records, TimeSpelling.Rfc1123) is { Count: > 0 } whole)
            yield return Finding.Info("times_in_seconds", "RFC 1123 times have whole seconds; a comparison excuses the rounding.", string.Join(", ", whole));
        var spelled = records.Enums.Where(e => e.Value.Spellings.Keys.Any(k => k != EnumStyle.Lower)).ToList();
        if (spelled.Count > 0)
            yield return Finding.Info(
                "enums_spelled_otherwise", "Enum values are understood in every spelling, and served in lower case by the target.",
                string.Join("; ", spelled.Select(e => $"{e.Key}: {Finding.Names(e.Value.Spellings)}")), "Tell clients that compare these texts letter by letter.");
    }

    private static IEnumerable<Finding> Size(RecordFacts records, LegacyOptions configured)
    {
        if (records.Largest is not { } largest) yield break;
        var evidence = $"{largest.Id ?? "a record without an id"} has {largest.Bytes} bytes";
        if (largest.Bytes > configured.MaxBodyBytes)
            yield return Finding.Blocker(
                "document_too_large", "A document is longer than an answer about one session may be, so it could be neither compared nor repaired.", evidence,
                $"Legacy__MaxBodyBytes={Roomy(largest.Bytes)}, and Gateway__MaxBodyBytes likewise.");
        else if (largest.Bytes > MostThroughGateway)
            yield return Finding.Warning(
                "document_large", "A document is longer than what a gateway takes from a client by default.", evidence, $"Gateway__MaxBodyBytes={Roomy(largest.Bytes)}");
    }

    public static int Roomy(int bytes) => (int)Math.Min(1L << 30, (long)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)bytes) * 2);

    private static List<string> Fields(RecordFacts records, string spelling) => [.. records.Timestamps.Where(t => t.Value.ContainsKey(spelling)).Select(t => t.Key)];

    private static string Text(Unmapped record) => $"{record.Id ?? "(no id)"}{(record.Field is null ? "" : $", {record.Field}")}: {record.Reason}";
}
