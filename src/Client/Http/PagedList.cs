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
    private const int PerPage = 1_000;

    public static Option<bool> All() => new("--all") { Description = "All of them, however many there are" };

    /// <exception cref="UsageException">Both were given.</exception>
    public static Task<Answer> Get(Call call, string path, (string Name, object? Value)[] parameters, Option<int?> limit, Option<bool> all, CancellationToken cancellationToken)
    {
        if (!call.Get(all)) return call.ControlPlane.Get(Query.With(path, [.. parameters, ("limit", call.Get(limit))]), cancellationToken);
        return call.Get(limit) is null ? Whole(call.ControlPlane, path, parameters, cancellationToken) : throw new UsageException("--limit does not go with --all.");
    }

    /// <summary>Says below it that there is more.</summary>
    public static IRenderable Below(IRenderable table, Answer answer) => answer.Header(NextCursor) is null ? table : new Rows(table, Cell.Of("there are more (--all)", Cell.Quiet));

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
