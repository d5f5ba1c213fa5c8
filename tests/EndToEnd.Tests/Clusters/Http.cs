using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace GaiaOrleans.EndToEnd.Tests.Clusters;

/// <summary>An answer, read to its end.</summary>
public sealed record Answer(HttpStatusCode Status, string Body, IReadOnlyDictionary<string, string> Headers)
{
    public JsonNode Json => JsonNode.Parse(Body) ?? throw new InvalidOperationException("The answer is the JSON null.");

    public string? Code => Status is HttpStatusCode.NoContent || Body.Length == 0 ? null : Json["code"]?.GetValue<string>();

    /// <summary>From the sending to the answer's last byte.</summary>
    public TimeSpan Took { get; init; }

    public override string ToString() => $"{(int)Status} after {Took.TotalSeconds:0.0} s: {Body}";
}

/// <summary>Requests as curl sends them: a body without saying what it is.</summary>
public sealed class Http(Uri url)
{
    // Shared by all tests of the process: connections are not what they test.
    static readonly HttpClient Client = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(40) };

    public Uri Url => url;

    public Task<Answer> Get(string path, params (string Name, string Value)[] headers) => Send(HttpMethod.Get, path, null, headers);

    public Task<Answer> Post(string path, string body, params (string Name, string Value)[] headers) => Send(HttpMethod.Post, path, body, headers);

    public Task<Answer> Put(string path, string body, params (string Name, string Value)[] headers) => Send(HttpMethod.Put, path, body, headers);

    public Task<Answer> Patch(string path, string body, params (string Name, string Value)[] headers) => Send(HttpMethod.Patch, path, body, headers);

    public Task<Answer> Delete(string path, params (string Name, string Value)[] headers) => Send(HttpMethod.Delete, path, null, headers);

    public Task<Answer> Ask(HttpMethod method, string path, string? body) => Send(method, path, body, []);

    /// <summary>Every entry of a list that comes in pages.</summary>
    /// <param name="path">With the number per page.</param>
    public async Task<IReadOnlyList<JsonNode>> Every(string path)
    {
        var entries = new List<JsonNode>();
        string? cursor = "";
        while (cursor is not null)
        {
            var page = await Get(path + cursor).Ok();
            entries.AddRange(page.Json.AsArray().Select(e => e!));
            cursor = page.Headers.TryGetValue("X-Next-Cursor", out var next) ? $"&cursor={next}" : null;
        }

        return entries;
    }

    async Task<Answer> Send(HttpMethod method, string path, string? body, (string Name, string Value)[] headers)
    {
        // Uncanonicalised: a test of odd ids must send what it says.
        using var request = new HttpRequestMessage(method, new Uri(url + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        if (body is not null) request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { { "Content-Type", "application/x-www-form-urlencoded" } } };
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        var begin = Stopwatch.GetTimestamp();
        using var response = await Client.SendAsync(request);
        var all = response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => string.Join(",", h.Value), StringComparer.OrdinalIgnoreCase);
        var text = await response.Content.ReadAsStringAsync();
        return new(response.StatusCode, text, all) { Took = Stopwatch.GetElapsedTime(begin) };
    }
}

public static class Answers
{
    /// <summary>The answer, which must be a success.</summary>
    public static async Task<Answer> Ok(this Task<Answer> sending)
    {
        var answer = await sending;
        Assert.True((int)answer.Status is >= 200 and < 300, answer.ToString());
        return answer;
    }
}
