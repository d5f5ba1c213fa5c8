using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using GaiaOrleans.Contracts.Sessions;
using Microsoft.Extensions.Primitives;

namespace GaiaOrleans.Gateway.Legacy;

/// <summary>A list as legacy answered it.</summary>
/// <param name="Asked">The page that was asked for (<c>?page=</c>): some count their pages and do not say which one this is.</param>
public sealed record LegacyList(JsonNode List, string? Next, string? Link, long Asked = 1)
{
    /// <summary>Neither the headers nor the answer itself say that there is more.</summary>
    public bool Last => Next is null && NextLink.Find(Link) is null && !(List is JsonObject wrapper && GoesOn(wrapper));

    /// <summary>The page after this one; null = it does not count them.</summary>
    public long? NextPage => List is JsonObject wrapper && (Number(wrapper["page"]) ?? Number(wrapper["pages"])) is not null ? Page(wrapper) + 1 : null;

    /// <summary>The page that a query asks for, which is the first where it names none.</summary>
    public static long AskedBy(StringValues page) => long.TryParse(page.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 1;

    private bool GoesOn(JsonObject wrapper) =>
        wrapper["next_cursor"] is not null
        || (wrapper["has_more"] is JsonValue more && more.GetValueKind() == JsonValueKind.True)
        || (Number(wrapper["pages"]) is { } pages && Page(wrapper) < pages);

    private long Page(JsonObject wrapper) => Number(wrapper["page"]) ?? Asked;

    private static long? Number(JsonNode? node) => node is JsonValue value && value.TryGetValue<long>(out var number) ? number : null;
}

/// <summary>Reads from legacy in order to change it on the way, asked by the same client with the same words; what needs no change is forwarded instead.</summary>
public sealed class LegacyLists(LegacyConnection legacy, TimeProvider time)
{
    private static readonly TimeSpan Glance = TimeSpan.FromSeconds(1);
    private const int EnoughToTell = 65_536;

    /// <summary>
    /// The list that the request asks for; its headers are already those of the response. Null when legacy refused the request: its refusal
    /// has been passed on as it came.
    /// </summary>
    /// <exception cref="LeadUnavailableException">No usable answer.</exception>
    public Task<LegacyList?> Read(HttpContext context) => Ask(context, legacy.AddressOf(context), legacy.Patience, async (response, cancellationToken) =>
    {
        if (!response.IsSuccessStatusCode && (int)response.StatusCode < StatusCodes.Status500InternalServerError)
        {
            context.Response.StatusCode = (int)response.StatusCode;
            EndToEndHeaders.Copy(response, context.Response, changed: false);
            legacy.LeadHere(context.Response.Headers);
            await response.Content.CopyToAsync(context.Response.Body, cancellationToken);
            return null;
        }

        response.EnsureSuccessStatusCode();
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var list = await RawNode.Read(body, cancellationToken) ?? throw new JsonException("The list is null.");
        EndToEndHeaders.Copy(response, context.Response, changed: true);
        legacy.LeadHere(context.Response.Headers);
        return new LegacyList(list, Header(response, "X-Next-Cursor"), Header(response, "Link"), LegacyList.AskedBy(context.Request.Query["page"]));
    });

    /// <summary>One session as legacy has it; null when it has none.</summary>
    /// <exception cref="LeadUnavailableException">No usable answer.</exception>
    public Task<JsonObject?> Find(HttpContext context, string id) => Ask(context, legacy.Session(id), legacy.Patience, async (response, cancellationToken) =>
    {
        if (response.StatusCode == HttpStatusCode.NotFound) return null;
        response.EnsureSuccessStatusCode();
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var session = await RawNode.Read(body, cancellationToken) as JsonObject;
        // A session may well have a member of that name.
        return session?["session"] is JsonObject inner && (Ids(inner).Contains(id) || !Ids(session).Any()) ? inner : session;

        static IEnumerable<string?> Ids(JsonObject record) => ListShape.IdNames.Select(name => record[name]?.ToString()).Where(value => value is not null);
    });

    /// <summary>The shape of legacy's list, by as little of it as legacy lets itself be asked for; null when legacy refuses this client.</summary>
    /// <exception cref="LeadUnavailableException">No usable answer.</exception>
    public Task<ListShape?> Sample(HttpContext context) => Ask(context, legacy.At("/api/sessions?limit=1&page=1&per_page=1"), Glance, async (response, cancellationToken) =>
    {
        if ((int)response.StatusCode is >= 400 and < 500) return null;
        response.EnsureSuccessStatusCode();
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var start = new byte[EnoughToTell];
        var length = await body.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        return ListShape.OfStart(start.AsSpan(0, length)) ?? throw new JsonException("Its beginning shows no list.");
    });

    private async Task<T> Ask<T>(HttpContext context, Uri address, TimeSpan within, Func<HttpResponseMessage, CancellationToken, Task<T>> understand)
    {
        using var patience = new CancellationTokenSource(within, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, patience.Token);
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        EndToEndHeaders.Copy(context.Request, request);
        try
        {
            using var response = await legacy.Client.SendAsync(request, either.Token);
            return await understand(response, either.Token);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException || (e is OperationCanceledException && !context.RequestAborted.IsCancellationRequested))
        {
            throw new LeadUnavailableException(Side.Python, $"GAIA_HOME did not list its sessions: {e.Message}");
        }
    }

    private static string? Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? values.First() : null;
}
