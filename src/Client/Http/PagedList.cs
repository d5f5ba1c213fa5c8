using System.CommandLine;
using System.Text.Json;
using GaiaOrleans.Client.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace GaiaOrleans.Client.Http;

/// <summary>A list that comes in pages: its beginning, or on demand all of it.</summary>
internal static class PagedList
{
    private const string NextCursor = "X-Next-Cursor";
    private const string More = "there are more (--all)";
    private const int PerPage = 1_000;

    public static Option<bool> All() => new("--all") { Description = "All of them, however many there are" };

    /// <summary>A document has no room to say that there is more; it is said beside it.</summary>
    /// <exception cref="UsageException">Both were given.</exception>
    public static async Task<Answer> Get(Call call, string path, (string Name, object? Value)[] parameters, Option<int?> limit, Option<bool> all, CancellationToken cancellationToken)
    {
        if (call.Get(all))
            return call.Get(limit) is null ? await Whole(call.ControlPlane, path, parameters, cancellationToken) : throw new UsageException("--limit does not go with --all.");
        var answer = await call.ControlPlane.Get(Query.With(path, [.. parameters, ("limit", call.Get(limit))]), cancellationToken);
        if (call.Output != OutputFormat.Table && answer.Header(NextCursor) is not null) call.Terminal.Complain(More);
        return answer;
    }

    /// <summary>Says below it that there is more.</summary>
    public static IRenderable Below(IRenderable table, Answer answer) => answer.Header(NextCursor) is null ? table : new Rows(table, Cell.Of(More, Cell.Quiet));

    private static async Task<Answer> Whole(ControlPlane controlPlane, string path, (string Name, object? Value)[] parameters, CancellationToken cancellationToken)
    {
        var entries = new List<string>();
        string? cursor = null;
        Answer page;
        do
        {
            page = await controlPlane.Get(Query.With(path, [.. parameters, ("limit", PerPage), ("cursor", cursor)]), cancellationToken);
            entries.AddRange(page.Json.Items().Select(e => e.GetRawText()));
            cursor = page.Header(NextCursor);
        } while (cursor is not null);

        var body = $"[{string.Join(',', entries)}]";
        using var json = JsonDocument.Parse(body);
        return page with { Body = body, Json = json.RootElement.Clone() };
    }
}
