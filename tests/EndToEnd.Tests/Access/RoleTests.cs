using System.Net;
using GaiaOrleans.Contracts.Access;
using GaiaOrleans.EndToEnd.Tests.Clusters;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.EndToEnd.Tests.Access;

/// <summary>A silo with a key of each role: what it serves, asked with every one of them and with none.</summary>
public sealed class LockedCluster : IAsyncLifetime
{
    public IReadOnlyDictionary<string, string> Keys { get; } = Roles.Names.ToDictionary(name => name, _ => ApiKey.New());

    public LocalCluster Cluster { get; private set; } = null!;

    public Http Silo { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        var settings = Roles.Names.SelectMany((name, n) => new Dictionary<string, string?>
        {
            [$"Auth__Keys__{n}__Name"] = $"the {name}",
            [$"Auth__Keys__{n}__Hash"] = ApiKey.HashOf(Keys[name]),
            [$"Auth__Keys__{n}__Role"] = name,
        }).ToDictionary();
        Cluster = await LocalCluster.StartAsync(silos: 1, sessions: 3, settings);
        Silo = new(Cluster.Silos[0].Url);
    }

    public async Task DisposeAsync() => await Cluster.DisposeAsync();

    public (string, string) As(string role) => ("Authorization", $"Bearer {Keys[role]}");
}

public sealed class RoleTests(LockedCluster locked) : IClassFixture<LockedCluster>
{
    [Fact]
    public async Task Every_route_is_open_to_whom_the_table_says_and_to_nobody_else()
    {
        var document = (await locked.Silo.Get("openapi/v1.json", locked.As("viewer")).Ok()).Json;
        var listed = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(o => $"{o.Key.ToUpperInvariant()} {path.Key}")).Where(route => !RoleTable.Unlisted.ContainsKey(route)).ToList();
        Assert.Equal(RoleTable.Listed.Keys.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
        var wrong = new List<string>();
        foreach (var route in listed.Concat(RoleTable.Unlisted.Keys))
        {
            var required = RoleTable.Unlisted.TryGetValue(route, out var unlisted) ? unlisted : RoleTable.Listed[route];
            foreach (var role in Roles.Names.Prepend(null))
                if (await Opens(route, role) != May(role, required))
                    wrong.Add($"{route} as {role ?? "nobody"}, which needs {required ?? "nothing"}");
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task An_operator_neither_advances_the_migration_by_a_split_nor_forces_one()
    {
        foreach (var force in (string[])["false", "true"])
        {
            var refused = await locked.Silo.Post("api/traffic-split", $$"""{"go_percentage":10,"python_percentage":90,"reason":"try","force":{{force}}}""", locked.As("operator"));
            Assert.Equal((403, "forbidden"), ((int)refused.Status, (string?)refused.Json["title"]));
        }

        Assert.Equal(0, (decimal?)(await locked.Silo.Get("api/traffic-split", locked.As("viewer")).Ok()).Json["go_percentage"]);
    }

    [Fact]
    public async Task The_history_names_the_key_and_not_the_body()
    {
        var named = await locked.Silo.Post("api/migration/pause", """{"reason":"looking","actor":"somebody else"}""", locked.As("operator"));
        Assert.Equal((400, true), ((int)named.Status, named.Json["errors"]!.AsObject().ContainsKey("actor")));
        await locked.Silo.Post("api/migration/pause", """{"reason":"looking"}""", locked.As("operator")).Ok();
        var history = await locked.Silo.Get("api/migration/history?limit=1", locked.As("viewer")).Ok();
        Assert.Equal("the operator", (string?)history.Json[0]!["actor"]);
        await locked.Silo.Post("api/migration/resume", """{"reason":"seen"}""", locked.As("operator")).Ok();
    }

    [Fact]
    public async Task No_key_is_to_be_found_in_what_the_processes_write_or_show()
    {
        await locked.Silo.Get("api/migration/status", ("Authorization", $"Bearer {locked.Keys["admin"]}x"));
        var metrics = (await locked.Silo.Get("metrics", locked.As("viewer")).Ok()).Body;
        var history = (await locked.Silo.Get("api/migration/history", locked.As("viewer")).Ok()).Body;
        var written = string.Join('\n', locked.Cluster.Silos[0].Output.Concat(locked.Cluster.Gateway.Output)) + metrics + history;
        Assert.Contains("A key was refused", written, StringComparison.Ordinal);
        Assert.All(locked.Keys.Values, key => Assert.DoesNotContain(key, written, StringComparison.Ordinal));
    }

    /// <summary>Whether the door lets it through; what is behind it may still refuse the empty body.</summary>
    private async Task<bool> Opens(string route, string? role)
    {
        var (method, path) = (route.Split(' ')[0], route.Split(' ')[1].Replace("{kind}", "verify", StringComparison.Ordinal).Replace("{id}", "1", StringComparison.Ordinal));
        using var request = new HttpRequestMessage(new(method), new Uri(locked.Silo.Url, path.TrimStart('/')));
        if (method is "POST" or "PUT" or "PATCH") request.Content = new StringContent("[]");
        if (role is not null) request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {locked.Keys[role]}");
        // A stream never ends: its headers are the answer.
        using var answer = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return answer.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.TooManyRequests);
    }

    private static bool May(string? role, string? required) =>
        required is null || role is not null && Enum.Parse<Role>(role, true) >= Enum.Parse<Role>(required, true);

    private static readonly HttpClient Client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
}
