using System.Text.Json;
using System.Text.Json.Nodes;
using GaiaOrleans.Contracts.Sessions;

namespace GaiaOrleans.Gateway.Legacy;

/// <summary>A list as legacy answered it.</summary>
public sealed record LegacyList(JsonNode List, string? Next, string? Link)
{
    /// <summary>Neither the headers nor the answer itself say that there is more.</summary>
    public bool Last => Next is null && Link?.Contains("rel=\"next\"", StringComparison.OrdinalIgnoreCase) is not true && !(List is JsonObject wrapper && GoesOn(wrapper));

    private static bool GoesOn(JsonObject wrapper) =>
        wrapper["next_cursor"] is not null
        || (wrapper["has_more"] is JsonValue more && more.GetValueKind() == JsonValueKind.True)
        || (Number(wrapper["page"]) is { } page && Number(wrapper["pages"]) is { } pages && page < pages);

    private static long? Number(JsonNode? node) => node is JsonValue value && value.TryGetValue<long>(out var number) ? number : null;
}

/// <summary>Reads a list from legacy in order to change it on the way; what needs no change is forwarded instead.</summary>
public sealed class LegacyLists(HttpClient http)
{
    /// <exception cref="LeadUnavailableException">No usable answer.</exception>
    public async Task<LegacyList> Get(string query, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await http.GetAsync("api/sessions" + query, cancellationToken);
            response.EnsureSuccessStatusCode();
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            var list = await JsonNode.ParseAsync(body, cancellationToken: cancellationToken) ?? throw new JsonException("The list is null.");
            return new(list, Header(response, "X-Next-Cursor"), Header(response, "Link"));
        }
        catch (Exception e) when (e is HttpRequestException or JsonException || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new LeadUnavailableException(Side.Python, $"GAIA_HOME did not list its sessions: {e.Message}");
        }
    }

    private static string? Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? values.First() : null;
}
