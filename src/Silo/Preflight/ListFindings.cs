using GaiaOrleans.Silo.Legacy;

namespace GaiaOrleans.Silo.Preflight;

/// <summary>Whether the whole list can be walked, and every session be named.</summary>
internal static class ListFindings
{
    public static IEnumerable<Finding> Of(ListFacts list, PreflightFacts facts, LegacyOptions configured) =>
        Shape(list, configured).Concat(Paging(list, facts.Records, configured)).Concat(Ids(list, facts.Records, facts.Reads, configured));

    private static IEnumerable<Finding> Shape(ListFacts list, LegacyOptions configured)
    {
        if (configured.ListShape != LegacyOptions.Auto && configured.ListShape != list.Shape)
            yield return Finding.Blocker(
                "list_shape_differs", "The list has another shape than the configured one, and would be refused.",
                $"Legacy:ListShape is '{configured.ListShape}', the list is '{list.Shape}'", $"Legacy__ListShape={list.Shape}");
    }

    private static IEnumerable<Finding> Paging(ListFacts list, RecordFacts? records, LegacyOptions configured)
    {
        if (list.Stopped == "trouble")
            yield return Finding.Blocker(
                "list_broke", "The list could not be walked.", $"after {list.Sessions} sessions: {list.Trouble!.Reason}", "See the evidence; a migration would stop at the same place.");
        if (list.Stopped == "time_limit")
            yield return Finding.Warning(
                "list_unfinished", "The time did not suffice for the sample.", $"{list.Sessions} sessions in {list.Pages} pages", "Look again with a higher Preflight__TimeLimit or a smaller sample.");
        // A page may be longer than what is left of the sample.
        var lookedAt = records?.LookedAt ?? list.Sessions;
        if (list.Stopped == "sample" || lookedAt < list.Sessions)
            yield return Finding.Info(
                "sampled", "Only the beginning of the list was looked at.", $"{lookedAt} of {list.Total?.ToString() ?? "an unknown number of"} sessions", "A larger sample sees more.");
        if (list is { Stopped: "end", Total: { } total } && total != list.Sessions)
            yield return Finding.Warning(
                "total_differs", "GAIA_HOME says another number of sessions than it lists.", $"total {total}, listed {list.Sessions}",
                "Sessions may have come or gone meanwhile; if it stays so, find out which sessions the list hides.");
        if (list.Paging == ListPaging.None && list.Sessions == configured.PageSize)
            yield return Finding.Blocker(
                "page_size_coincides", "The list ignores limits and is exactly as long as a page: whether it was cut cannot be told, and it would be refused.",
                $"{list.Sessions} sessions, Legacy:PageSize {configured.PageSize}", $"Legacy__PageSize={configured.PageSize + 1}");
        else if (list.Paging == ListPaging.None)
            yield return Finding.Info("list_is_whole", "The list ignores limits: every page is all of it.", $"{list.Sessions} sessions in one answer");
        if (list.Paging != ListPaging.None && list.Pages > 1 && list.PerPage < list.AskedPerPage)
            yield return Finding.Info("pages_capped", "GAIA_HOME gives smaller pages than it is asked for.", $"asked for {list.AskedPerPage}, at most {list.PerPage} came");
    }

    private static IEnumerable<Finding> Ids(ListFacts list, RecordFacts? records, ReadFacts? reads, LegacyOptions configured)
    {
        if (list is { Sessions: 0, Stopped: "end" })
        {
            yield return Finding.Warning(
                "no_sessions", "GAIA_HOME has no sessions: nothing shows where it keeps ids, nor how it spells times.", "the list is empty",
                configured.IdField == LegacyOptions.Auto ? "Set Legacy__IdField to the member it takes ids from; auto means id here. Look again when there are sessions." : "Look again when there are sessions.");
            yield break;
        }

        if (records is null or { LookedAt: 0 }) yield break;
        var fits = records.IdMembers.GetValueOrDefault(configured.IdField) > 0;
        if (configured.IdField != LegacyOptions.Auto && list.IdField is { } found && found != configured.IdField && !fits)
            yield return Finding.Blocker(
                "id_field_differs", "GAIA_HOME finds sessions under another member than the configured one.",
                $"Legacy:IdField is '{configured.IdField}', GET /api/sessions/{{id}} takes '{found}'", $"Legacy__IdField={found}");
        if (list.KeyedOnly)
            yield return Finding.Warning(
                "ids_are_keys", "Ids are only the keys of the map: which member a new session's id is taken from cannot be seen by reading.", "no listed record holds an id",
                "Set Legacy__IdField if GAIA_HOME takes it from another member than id.");
        // Where reading itself fails, that is the finding.
        else if (list.IdField is null && configured.IdField == LegacyOptions.Auto && reads is not { Found: 0, Failed: > 0 })
            yield return Finding.Blocker(
                "id_field_unknown", "No member was found under which GAIA_HOME finds a listed session.",
                records.IdMembers.Count == 0 ? $"none of {string.Join(", ", IdMembers.All)} holds an id" : $"asked for the first session under {string.Join(", ", records.IdMembers.Keys)}",
                "Set Legacy__IdField to the member that GET /api/sessions/{id} takes.");
    }
}
