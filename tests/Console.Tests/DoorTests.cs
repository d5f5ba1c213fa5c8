using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace GaiaOrleans.Console.Tests;

/// <summary>Who gets in, with what, and what a browser is told to forbid.</summary>
[Collection(ConsoleTests.Name)]
public sealed partial class DoorTests(ConsoleCluster console)
{
    [Fact]
    public async Task Without_a_login_every_page_leads_to_the_door_and_back_to_where_one_wanted_to_go()
    {
        var page = await console.Open("console/audit");
        Assert.Contains("/console/login", page.Url, StringComparison.Ordinal);
        await page.GetByLabel("API key").FillAsync("gaia_wrong");
        await page.GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("not known");
        await page.GetByLabel("API key").FillAsync(console.Keys["client"]);
        await page.GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("role viewer");
        await page.GetByLabel("API key").FillAsync(console.Keys["viewer"]);
        await page.GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Audit" })).ToBeVisibleAsync();
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task The_cookie_is_out_of_reach_for_scripts_and_other_sites_and_ends_with_the_logout()
    {
        var page = await console.LogIn("viewer");
        var cookie = (await page.Context.CookiesAsync()).Single(c => c.Name == "gaia_console");
        Assert.Equal((true, SameSiteAttribute.Strict), (cookie.HttpOnly, cookie.SameSite));
        await page.GetByRole(AriaRole.Link, new() { Name = "Log out" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Log out" }).ClickAsync();
        await Assertions.Expect(page.GetByLabel("API key")).ToBeVisibleAsync();
        Assert.DoesNotContain(await page.Context.CookiesAsync(), c => c.Name == "gaia_console");
        await page.Context.CloseAsync();
    }

    /// <summary>TLS ends in front of the silo, and what stands there says so.</summary>
    [Theory]
    [InlineData("https", true)]
    [InlineData("http", false)]
    public async Task Behind_TLS_the_cookie_is_for_TLS_alone(string protocol, bool secure)
    {
        using var answer = await LogIn(protocol, 0);
        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"), c => c.StartsWith("gaia_console=", StringComparison.Ordinal));
        Assert.Equal(secure, cookie.Contains("; secure", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>What a form holds of files goes to the disk, and nobody has been asked yet who sends it.</summary>
    [Fact]
    public async Task A_form_that_no_page_has_is_refused_by_its_size()
    {
        using var answer = await LogIn("http", 100_000);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.False(answer.Headers.TryGetValues("Set-Cookie", out var cookies) && cookies.Any(c => c.StartsWith("gaia_console=", StringComparison.Ordinal)));
    }

    /// <summary>As a browser does it, and a file besides.</summary>
    private async Task<HttpResponseMessage> LogIn(string protocol, int fileSize)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = console.Cluster.Silos[0].Url };
        http.DefaultRequestHeaders.Add("X-Forwarded-Proto", protocol);
        var token = Token().Match(await http.GetStringAsync("console/login")).Groups[1].Value;
        using var form = new MultipartFormDataContent { { new StringContent("login"), "_handler" }, { new StringContent(token), "__RequestVerificationToken" }, { new StringContent(console.Keys["viewer"]), "Key" } };
        if (fileSize > 0) form.Add(new ByteArrayContent(new byte[fileSize]), "file", "file");
        return await http.PostAsync("console/login", form);
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Token();

    [Fact]
    public async Task The_api_changes_nothing_for_a_cookie_and_a_form_nothing_without_its_token()
    {
        var page = await console.LogIn("admin");
        var api = await page.Context.APIRequest.PostAsync("api/migration/pause", new() { Data = """{"reason":"forged"}""" });
        Assert.Equal((int)HttpStatusCode.Unauthorized, api.Status);
        var form = page.Context.APIRequest.CreateFormData();
        form.Set("_handler", "hold");
        form.Set("Reason", "forged");
        Assert.Equal((int)HttpStatusCode.BadRequest, (await page.Context.APIRequest.PostAsync("console", new() { Form = form })).Status);
        Assert.Null((string?)(await console.Api("GET", "api/migration/status"))["paused"]);
        await page.Context.CloseAsync();
    }

    public static readonly TheoryData<string, string, string, string> Controls = new()
    {
        { "viewer", "console", "hold", "Reason=forged" },
        { "viewer", "console/pins", "pin", "Session=forged&Side=python&Reason=forged" },
        { "viewer", "console/gates", "attest", "Name=team_ready&Note=forged" },
        { "viewer", "console/gates", "drill", "Name=chaos_test&Result=passed&Note=forged" },
        { "viewer", "console/pins", "unpin", "Session=console-forged&Reason=forged" },
        { "viewer", "console/runs", "run", "Kind=verify&Word=start" },
        { "operator", "console/dual-write", "dual-write", "Enabled=true&Mode=python_leads&Ack=leader&Reason=forged" },
    };

    [Theory]
    [MemberData(nameof(Controls))]
    public async Task A_form_that_its_role_was_not_given_does_nothing_even_with_a_token(string role, string path, string handler, string fields)
    {
        var page = await console.LogIn(role);
        await page.GotoAsync("console/logout");
        var form = page.Context.APIRequest.CreateFormData();
        form.Set("__RequestVerificationToken", await page.Locator("[name=__RequestVerificationToken]").InputValueAsync());
        form.Set("_handler", handler);
        foreach (var field in fields.Split('&')) form.Set(field.Split('=')[0], field.Split('=')[1]);
        await console.Api("PUT", "api/migration/pins/console-forged", """{"side":"python","reason":"something to remove"}""");
        var before = await State();
        var answer = await page.Context.APIRequest.PostAsync(path, new() { Form = form });
        Assert.DoesNotContain("class=\"done\"", await answer.TextAsync(), StringComparison.Ordinal);
        Assert.Equal(before, await State());
        await page.Context.CloseAsync();

        async Task<string> State()
        {
            var checklist = (await console.Api("GET", "api/migration/checklist"))["lines"]!.AsArray().Select(l => $"{l!["name"]} {l["by"]} {l["at"]}");
            var runs = (await console.Api("GET", "api/migration/runs")).AsArray().Select(r => $"{r!["kind"]} {r["started_at"]}");
            return string.Join('\n', [.. checklist, .. runs, $"{(await console.Api("GET", "api/traffic-split"))["epoch"]}"]);
        }
    }

    [Fact]
    public async Task Who_guesses_keys_is_slowed_down_and_whoever_has_one_is_not()
    {
        // Counted by each silo for itself; the other tests log in at the first one.
        var page = await console.Open($"{console.Cluster.Silos[1].Url}console/login");
        var answers = new List<string>();
        while (answers.Count < 100 && !answers.Any(a => a.Contains("Too many refused keys", StringComparison.Ordinal)))
        {
            var form = page.Context.APIRequest.CreateFormData();
            form.Set("__RequestVerificationToken", await page.Locator("[name=__RequestVerificationToken]").InputValueAsync());
            form.Set("_handler", "login");
            form.Set("Key", $"gaia_guess{answers.Count}");
            answers.Add(await (await page.Context.APIRequest.PostAsync(page.Url, new() { Form = form })).TextAsync());
        }

        Assert.Contains("The key is not known", answers[0], StringComparison.Ordinal);
        Assert.Contains("Too many refused keys", answers[^1], StringComparison.Ordinal);
        await page.GetByLabel("API key").FillAsync(console.Keys["viewer"]);
        await page.GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Overview" })).ToBeVisibleAsync();
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Each_page_forbids_foreign_scripts_and_frames()
    {
        var page = await console.LogIn("viewer");
        var answer = await page.GotoAsync("console");
        var policy = answer!.Headers["content-security-policy"];
        Assert.Contains("script-src 'self'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", answer.Headers["x-content-type-options"]);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_lost_connection_is_said_and_comes_back_by_itself()
    {
        var page = await console.LogIn("viewer");
        var status = page.Locator("#connection");
        await Assertions.Expect(status).ToBeEmptyAsync();
        await console.Cluster.Silos[0].KillAsync();
        await Assertions.Expect(status).ToContainTextAsync("The connection is lost", new() { Timeout = 30_000 });
        await console.Cluster.Silos[0].RestartAsync();
        await Assertions.Expect(status).ToBeEmptyAsync(new() { Timeout = 60_000 });
        await page.GetByRole(AriaRole.Link, new() { Name = "Cluster", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByText("2 of 2 silos active")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await page.Context.CloseAsync();
    }

    /// <summary>Nothing moves under the hands of who types, and figures that stand still do not look as if they were new.</summary>
    [Fact]
    public async Task A_page_that_is_not_redrawn_says_since_when()
    {
        var page = await console.LogIn("operator");
        var status = page.Locator("#connection");
        await page.GetByLabel("Reason for going back to 0 %").FillAsync("errors are rising");
        await Assertions.Expect(status).ToContainTextAsync(new Regex(@"^As of \d\d:\d\d:\d\d UTC"), new() { Timeout = 30_000 });
        await page.GetByLabel("Reason for going back to 0 %").FillAsync("");
        await page.GetByLabel("Reason for going back to 0 %").BlurAsync();
        await Assertions.Expect(status).ToBeEmptyAsync(new() { Timeout = 30_000 });
        await page.Context.CloseAsync();
    }

    /// <summary>By itself a browser never again asks for a stream that was answered with an error.</summary>
    [Fact]
    public async Task A_connection_that_was_refused_once_is_asked_for_again()
    {
        var page = await console.LogIn("viewer");
        await page.RouteAsync("**/api/migration/events", route => route.FulfillAsync(new() { Status = 503 }), new() { Times = 1 });
        await page.GotoAsync("console");
        var status = page.Locator("#connection");
        await Assertions.Expect(status).ToContainTextAsync("The connection is lost");
        await Assertions.Expect(status).ToBeEmptyAsync(new() { Timeout = 30_000 });
        await page.Context.CloseAsync();
    }
}
