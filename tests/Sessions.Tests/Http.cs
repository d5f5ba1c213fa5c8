using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace GaiaOrleans.Sessions.Tests;

/// <summary>What others see and do over HTTP.</summary>
internal sealed class Http(Uri url)
{
    private static readonly HttpClient Client = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(40) };

    /// <summary>Null when it is not there.</summary>
    public async Task<JsonNode?> Get(string path)
    {
        using var response = await Client.GetAsync(new Uri(url, path));
        if (response.StatusCode == HttpStatusCode.NotFound) return null;
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return JsonNode.Parse(await response.Content.ReadAsStringAsync());
    }

    public async Task<(HttpStatusCode Status, JsonNode Body)> Post(string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await Client.PostAsync(new Uri(url, path), content);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    public async Task<JsonNode> Posted(string path, string body)
    {
        var (status, answer) = await Post(path, body);
        Assert.True(status == HttpStatusCode.OK, $"{status} {answer}");
        return answer;
    }
}
