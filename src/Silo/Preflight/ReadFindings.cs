using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Silo.Legacy;

namespace GaiaOrleans.Silo.Preflight;

/// <summary>Whether a session read alone is the session that was listed, and stays it.</summary>
internal static class ReadFindings
{
    public static IEnumerable<Finding> Of(ReadFacts reads, LegacyOptions configured) => Reading(reads).Concat(List(reads)).Concat(Noise(reads, configured));

    /// <summary>Members that most second reads show otherwise: a habit of GAIA_HOME, and not a client that happened to write.</summary>
    public static IEnumerable<string> Stamped(ReadFacts reads) => reads.Volatile.Where(v => v.Value > 1 && v.Value * 2 > reads.Undisturbed).Select(v => v.Key);

    private static IEnumerable<Finding> Reading(ReadFacts reads)
    {
        if (reads.Failed > 0)
        {
            var evidence = $"{reads.Failed} of {reads.Asked + reads.Reread}, first: {reads.Trouble!.Reason}";
            yield return reads.Found == 0
                ? Finding.Blocker("reads_fail", "No listed session could be read alone.", evidence, "See the evidence; dual-write reads sessions alone before it takes them over.")
                : Finding.Warning("some_reads_fail", "Some listed sessions could not be read alone.", evidence, "See the evidence; what fails here fails in a migration too.");
        }

        if (reads.NotFound == 0) yield break;
        yield return reads.Found == 0
            ? Finding.Blocker("listed_not_found", "No listed session is found under its id.", $"{reads.NotFound} of {reads.Asked} answered 404", "Set Legacy__IdField to the member that GET /api/sessions/{id} takes.")
            : Finding.Warning("some_not_found", "Some listed sessions are not found under their id.", $"{reads.NotFound} of {reads.Asked} answered 404", "They may have ended meanwhile. If not, a migration takes them over and every comparison calls them different.");
    }

    private static IEnumerable<Finding> List(ReadFacts reads)
    {
        if (reads.MissingInList.Count > 0)
            yield return Finding.Blocker(
                "list_leaves_out", "The list leaves out members that a session read alone has; a migration copies what the list shows.", Of(reads.MissingInList, reads.Compared),
                "Let GET /api/sessions show whole sessions.");
        if (reads.OnlyInList.Count > 0)
            yield return Finding.Warning(
                "list_adds", "The list adds members that a session read alone does not have; they would be copied.", Of(reads.OnlyInList, reads.Compared), "Expect them as differences in a verification, or let the list leave them out.");
        if (reads.OtherInList.Count > 0)
            yield return Finding.Warning(
                "list_differs", "The list shows other values than a session read alone.", Of(reads.OtherInList, reads.Compared), "Find out which is right: a migration copies what the list shows.");
    }

    private static IEnumerable<Finding> Noise(ReadFacts reads, LegacyOptions configured)
    {
        var known = configured.StampedFields.Append(SessionField.UpdatedAt);
        var restless = reads.Volatile.Where(v => !known.Contains(v.Key)).ToDictionary();
        var habits = Stamped(reads).Where(restless.ContainsKey).ToList();
        if (restless.Count > 0)
            yield return Finding.Warning(
                "fields_change_by_themselves", "Two reads of one session differ although its updated_at stood still.", Of(restless, reads.Undisturbed),
                habits.Count > 0
                    ? $"Name them in Legacy__StampedFields, so that they do not make a document a changed one: {string.Join(", ", habits)}."
                    : "If GAIA_HOME changes them by itself, name them in Legacy__StampedFields; if clients write them, nothing.");
        if (reads.WrittenMeanwhile > 0)
            yield return Finding.Info(
                "written_meanwhile", "Sessions were written while we read.", $"{reads.WrittenMeanwhile} times in {reads.Compared + reads.Reread} comparisons",
                "Clients that will go on writing to GAIA_HOME past the gateway need Legacy__DirectWriters=true.");
    }

    private static string Of(IReadOnlyDictionary<string, int> fields, int sessions) => $"{Finding.Names(fields)} of {sessions} sessions";
}
