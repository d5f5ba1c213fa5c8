using System.Text;
using System.Text.Json.Nodes;
using GaiaOrleans.Contracts.Access;
using GaiaOrleans.Testbed;
using Microsoft.Playwright;
using Npgsql;

namespace GaiaOrleans.Console.Tests;

/// <summary>Two silos that ask for keys, GAIA_HOME with other writers, and one Chromium.</summary>
public sealed class ConsoleCluster : IAsyncLifetime
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false });
    private readonly Dictionary<string, string> _states = [];
    private IPlaywright _playwright = null!;
    private IBrowser _chromium = null!;

    public IReadOnlyDictionary<string, string> Keys { get; } = Roles.Names.ToDictionary(name => name, _ => ApiKey.New());

    public LocalCluster Cluster { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        var settings = Unhurried.With(("Legacy__DirectWriters", "true"));
        foreach (var (name, n) in Roles.Names.Select((name, n) => (name, n)))
            (settings[$"Auth__Keys__{n}__Name"], settings[$"Auth__Keys__{n}__Hash"], settings[$"Auth__Keys__{n}__Role"]) = ($"the {name}", ApiKey.HashOf(Keys[name]), name);
        Cluster = await LocalCluster.StartAsync(silos: 2, sessions: 20, settings);
        await Api("POST", "api/migration/dual-write", """{"enabled":true,"conflict_strategy":"manual","reason":"tests"}""");
        _playwright = await Playwright.CreateAsync();
        Assertions.SetDefaultExpectTimeout(30_000);
        _chromium = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium(), Args = ["--no-sandbox"] });
    }

    public async Task DisposeAsync()
    {
        await _chromium.DisposeAsync();
        _playwright.Dispose();
        await Cluster.DisposeAsync();
    }

    /// <summary>A browser of its own that has logged in; every error that its pages report fails the test that asks for them.</summary>
    public async Task<IPage> LogIn(string role, ColorScheme colours = ColorScheme.Light, int width = 1280)
    {
        var page = await Open("console", colours, width);
        await page.GetByLabel("API key").FillAsync(Keys[role]);
        await page.GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Overview" }).WaitForAsync();
        return page;
    }

    /// <summary>The same for who does not test the door: with what an earlier browser of this role had after it.</summary>
    public async Task<IPage> LoggedIn(string role, ColorScheme colours, int width)
    {
        if (!_states.TryGetValue(role, out var state))
        {
            var first = await LogIn(role);
            _states[role] = state = await first.Context.StorageStateAsync();
            await first.Context.CloseAsync();
        }

        return await Open("console", colours, width, state);
    }

    /// <param name="state">Of a browser that has logged in; null = one that is new.</param>
    public async Task<IPage> Open(string path, ColorScheme colours = ColorScheme.Light, int width = 1280, string? state = null)
    {
        var context = await _chromium.NewContextAsync(new() { BaseURL = Cluster.Silos[0].Url.ToString(), ColorScheme = colours, ViewportSize = new() { Width = width, Height = 900 }, StorageState = state });
        var page = await context.NewPageAsync();
        await page.GotoAsync(path);
        return page;
    }

    /// <summary>The control plane, as an admin. Not for what the test is about.</summary>
    public async Task<JsonNode> Api(string method, string path, string? body = null) => (await Send(method, path, body)).Answer;

    private async Task<(JsonNode Answer, string Headers)> Send(string method, string path, string? body)
    {
        using var request = new HttpRequestMessage(new(method), new Uri(Cluster.Silos[0].Url, path));
        request.Headers.Authorization = new("Bearer", Keys["admin"]);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return (JsonNode.Parse(text)!, answer.Headers.ToString());
    }

    /// <summary>A session on whose status the sides disagree: busy here, paused there.</summary>
    public async Task<string> Disputed()
    {
        var id = $"console-{Guid.NewGuid():N}";
        var (_, headers) = await Send("PUT", $"api/sessions/{id}", """{"status":"idle","tier":"worker"}""");
        using var legacy = await Http.GetAsync(new Uri(Cluster.Legacy.Url, $"api/sessions/{id}"));
        Assert.True(legacy.IsSuccessStatusCode, $"GAIA_HOME lacks what was acknowledged with {headers} {await Api("GET", "api/migration/errors?limit=5")}");
        var theirs = JsonNode.Parse(await legacy.Content.ReadAsStringAsync())!;
        theirs["status"] = "paused";
        using var put = await Http.PutAsync(new Uri(Cluster.Legacy.Url, $"api/sessions/{id}"), new StringContent(theirs.ToJsonString(), Encoding.UTF8, "application/json"));
        put.EnsureSuccessStatusCode();
        await Api("PUT", $"api/sessions/{id}", """{"status":"busy","tier":"worker"}""");
        return id;
    }

    /// <summary>Does something while a table of the database is away: whatever reads it fails.</summary>
    public async Task Without(string table, Func<Task> meanwhile)
    {
        await Rename(table, "elsewhere");
        try
        {
            await meanwhile();
        }
        finally
        {
            await Rename("elsewhere", table);
            await Task.WhenAll(Cluster.Silos.Select(s => s.UntilReadyAsync()));
        }
    }

    private async Task Rename(string table, string name)
    {
        await using var database = NpgsqlDataSource.Create(Cluster.ConnectionString);
        await using var rename = database.CreateCommand($"ALTER TABLE {table} RENAME TO {name}");
        await rename.ExecuteNonQueryAsync();
    }

    private static string Chromium() => new[] { Environment.GetEnvironmentVariable("GAIA_CHROMIUM"), "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }
        .FirstOrDefault(File.Exists) ?? throw new InvalidOperationException("No Chromium is installed; GAIA_CHROMIUM may name one.");
}

/// <summary>What is done in the console, and who gets in: these tests share one cluster and change it, one after another. The pages have one of their own, beside it.</summary>
[CollectionDefinition(Name)]
public sealed class ConsoleTests : ICollectionFixture<ConsoleCluster>
{
    public const string Name = "console";
}
