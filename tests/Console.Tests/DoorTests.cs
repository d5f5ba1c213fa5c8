using System.Net;
using Microsoft.Playwright;

namespace GaiaOrleans.Console.Tests;

/// <summary>Who gets in, with what, and what a browser is told to forbid.</summary>
[Collection(ConsoleTests.Name)]
public sealed class DoorTests(ConsoleCluster console)
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
}
