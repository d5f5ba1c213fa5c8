using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using GaiaOrleans.Grains.Legacy;

namespace GaiaOrleans.Silo.Legacy;

/// <summary>GAIA_HOME's list, page by page, in whichever shape it comes.</summary>
internal sealed class LegacyLists(LegacyChannel channel, LegacyAddresses addresses, LegacyHabits habits, LegacyOptions options)
{
    private const int LongestId = 255;

    /// <exception cref="LegacyTroubleException">No usable answer.</exception>
    public async Task<LegacyPage> Page(string? after, CancellationToken cancellationToken)
    {
        // Read and taken apart beside the grain that asked: it works on the page before meanwhile.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var cursor = after is null ? null : ListCursor.Parse(after);
        var reply = await channel.ReadList(Address(cursor), cancellationToken);
        if (!reply.Success) throw Unusable(reply.Passing ?? LegacyTrouble.Unavailable, $"answered {reply.Status} {reply.Text}");
        if (reply.Body is null)
            throw Unusable(LegacyTrouble.TooLarge, $"is longer than {options.MaxListBytes} bytes; set Legacy__MaxListBytes, or a smaller Legacy__PageSize");
        using var json = reply.Json(deep: true) ?? throw Unusable(LegacyTrouble.NotJson, $"is {reply.MediaType} and no JSON: {reply.Text}");
        var answer = ListAnswer.Of(json.RootElement) ?? throw Unusable(LegacyTrouble.NotJson, $"has no list of sessions: {reply.Text}");
        if (options.ListShape != LegacyOptions.Auto && answer.Shape != options.ListShape)
            throw Unusable(LegacyTrouble.NotJson, $"has the shape '{answer.Shape}', and Legacy:ListShape is '{options.ListShape}'; set Legacy__ListShape=auto");

        await habits.LearnFrom(answer, cancellationToken);
        var sessions = answer.Records.Select(r => Listed(r.Key, r.Record)).ToList();
        var mark = Mark(sessions);
        var next = Next(answer, reply, cursor, sessions, mark);
        RefuseRepetition(cursor, next, sessions.Count, mark);
        return new(sessions, next?.ToString(), answer.Total ?? (cursor is null && next is null ? sessions.Count : null), next is { Step: ListStep.Page or ListStep.Link } || cursor is { Step: ListStep.Page or ListStep.Link });
    }

    private Uri Address(ListCursor? cursor) => cursor switch
    {
        null => addresses.List(habits.Query(options.PageSize)),
        { Step: ListStep.Page } => addresses.List($"page={cursor.Page().Number}&per_page={cursor.Page().Size}"),
        { Step: ListStep.Link } => addresses.Linked(cursor.Value),
        _ => addresses.List($"limit={options.PageSize}&cursor={Uri.EscapeDataString(cursor.Value)}"),
    };

    private ListCursor? Next(ListAnswer answer, LegacyReply reply, ListCursor? cursor, List<LegacyListed> sessions, ulong mark)
    {
        if ((reply.NextCursor ?? answer.NextCursor(cursor?.Value)) is { } given) return new(ListStep.Cursor, given, mark);
        if (reply.NextLink is { } link) return new(ListStep.Link, link, mark);
        var size = cursor is { Step: ListStep.Page } ? cursor.Page().Size : options.PageSize;
        var number = cursor is { Step: ListStep.Page } ? cursor.Page().Number : 1;
        if (answer.Paging(cursor is null or { Step: ListStep.Page } ? number : null) is var (page, pages)) return page < pages ? ListCursor.AtPage(Math.Max(page, number) + 1, size, mark) : null;
        if (sessions.Count == 0) return null;
        // It counts more than its pages have shown, which are shorter than those that were asked for.
        if (answer.Shape == ListShape.Items && cursor is null or { Step: ListStep.Page } && answer.Total > (number - 1L) * size + sessions.Count)
            return ListCursor.AtPage(number + 1, number == 1 ? Math.Min(size, sessions.Count) : size, mark);
        // A full page that says nothing may be cut: ask once more rather than lose the rest.
        var silent = cursor is null or { Step: ListStep.LastId or ListStep.Page } && !answer.SaysItsEnd;
        if (!answer.GoesOn && (!silent || sessions.Count != size)) return null;
        if (answer.Shape == ListShape.Items) return ListCursor.AtPage(number + 1, size, mark);
        return sessions.FindLast(s => s.Id is not null)?.Id is { } last ? new(ListStep.LastId, last, mark) : null;
    }

    private void RefuseRepetition(ListCursor? cursor, ListCursor? next, int count, ulong mark)
    {
        if (cursor is null) return;
        var again = next is not null && next.Step == cursor.Step && next.Value == cursor.Value;
        if (!again && (count == 0 || mark != cursor.Mark || options.PageSize == 1)) return;
        throw Unusable(
            LegacyTrouble.Unavailable,
            cursor.Step == ListStep.LastId
                ? $"is the same {count} sessions again: it has just as many and ignores limits, or more and does not show them. "
                    + $"Set Legacy__PageSize to another number than {options.PageSize}"
                : $"to '{cursor.Value}' is the page before it again: GAIA_HOME ignores what it is asked for, and the list would never end");
    }

    private LegacyListed Listed(string? key, JsonElement record)
    {
        var raw = JsonMarshal.GetRawUtf8Value(record).ToArray();
        if (record.ValueKind != JsonValueKind.Object) return new(null, raw, $"A listed record is no JSON object but {record.ValueKind.ToString().ToLowerInvariant()}.");
        return habits.IdOf(key, record) switch
        {
            null => new(null, raw, $"A listed record has no id: {Start(Encoding.UTF8.GetString(raw.AsSpan(0, Math.Min(raw.Length, 200))))}"),
            { Length: > LongestId } id => new(null, raw, $"An id of {id.Length} characters is longer than {LongestId}: {Start(id)}"),
            var id => new(id, raw, null),
        };
    }

    private static ulong Mark(List<LegacyListed> sessions) =>
        sessions.Count == 0 ? 0 : XxHash64.HashToUInt64(sessions[0].Id is { } id ? Encoding.UTF8.GetBytes(id) : sessions[0].Raw);

    private static string Start(string text) => text.Length <= 80 ? text : text[..80] + "…";

    private LegacyTroubleException Unusable(string code, string what) => new(code, $"The list at {addresses.Sessions.AbsolutePath} {what}.", sent: false);
}
