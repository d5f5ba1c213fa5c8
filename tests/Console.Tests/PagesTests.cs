using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace GaiaOrleans.Console.Tests;

/// <summary>Every page: it renders, a machine finds no barrier on it, and nothing of it sticks out of a narrow window.</summary>
public sealed class PagesTests(ConsoleCluster console) : IClassFixture<ConsoleCluster>
{
    public static readonly TheoryData<string, string> Pages = new()
    {
        { "console", "Overview" }, { "console/gates", "Gates" }, { "console/dual-write", "Dual-write" }, { "console/pins", "Pins" }, { "console/runs", "Runs" }, { "console/conflicts", "Conflicts" }, { "console/errors", "Errors" },
        { "console/sessions", "Sessions" }, { "console/cluster", "Cluster" }, { "console/audit", "Audit" }, { "console/logout", "Log out" },
    };

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task It_is_whole_and_without_barriers_in_light_and_dark_and_narrow(string path, string heading)
    {
        await console.Disputed();
        await console.Api("PUT", "api/migration/pins/pinned-for-every-page", """{"side":"python","reason":"something to show"}""");
        foreach (var (colours, width) in new[] { (ColorScheme.Light, 1280), (ColorScheme.Dark, 400) })
        {
            var page = await console.LoggedIn("admin", colours, width);
            var complaints = new List<string>();
            page.Console += (_, message) => { if (message.Type is "error" or "warning") complaints.Add(message.Text); };
            page.PageError += (_, error) => complaints.Add(error);
            await page.GotoAsync(path);
            await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = heading, Exact = true })).ToBeVisibleAsync();
            Assert.Equal(0, await page.GetByRole(AriaRole.Alert).CountAsync());
            var barriers = (await page.RunAxe()).Violations.Where(v => v.Impact is "serious" or "critical");
            Assert.Empty(barriers.Select(v => $"{v.Id}: {v.Help}: {string.Join(" | ", v.Nodes.Select(n => n.Html))}"));
            Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), $"{path} is wider than {width} px");
            Assert.Empty(complaints);
            await page.Context.CloseAsync();
        }
    }

    [Fact]
    public async Task It_can_be_walked_through_by_keyboard()
    {
        var page = await console.LogIn("viewer");
        await page.GotoAsync("console");
        await page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "Skip to the content" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("main")).ToBeFocusedAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Cluster", Exact = true }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByText("2 of 2 silos active")).ToBeVisibleAsync();
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_session_is_looked_up_with_both_versions_and_how_they_differ()
    {
        var id = await console.Disputed();
        var page = await console.LogIn("viewer");
        await page.GetByRole(AriaRole.Link, new() { Name = "Sessions", Exact = true }).ClickAsync();
        await page.GetByLabel("Session id").FillAsync(id);
        await page.GetByRole(AriaRole.Button, new() { Name = "Look up" }).ClickAsync();
        var difference = page.GetByRole(AriaRole.Row).Filter(new() { HasText = "status" });
        await Assertions.Expect(difference).ToContainTextAsync("busy");
        await Assertions.Expect(difference).ToContainTextAsync("paused");
        await page.GetByLabel("Session id").FillAsync("no-such-session");
        await page.GetByRole(AriaRole.Button, new() { Name = "Look up" }).ClickAsync();
        await Assertions.Expect(page.GetByText("No side has a session with this id.")).ToBeVisibleAsync();
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task What_nobody_knows_is_not_shown_as_none()
    {
        var page = await console.LogIn("viewer");
        await console.Without("schemaversions", async () =>
        {
            await page.GotoAsync("console");
            await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("did not answer");
            await Assertions.Expect(page.Locator("[aria-labelledby=sync] dd")).ToHaveTextAsync(["–", "–", "–, migrated –", "–"]);
            await Assertions.Expect(page.Locator("figcaption")).ToContainTextAsync("go –, python –");
        });
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Each_figure_of_both_sides_is_shown_with_the_time_that_it_is_of()
    {
        var page = await console.LogIn("viewer");
        await Assertions.Expect(page.GetByRole(AriaRole.Region, new() { Name = "Both sides", Exact = true }))
            .ToContainTextAsync(new Regex("Latencies of the last 15 minutes, errors of the last [0-9.]+ min as the guard counts them"));
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Of_more_conflicts_than_it_shows_the_page_says_how_many_are_open()
    {
        for (var i = 0; i < 51; i++) await console.Disputed();
        var open = (await console.Api("GET", "api/migration/conflicts?resolved=false&limit=1000")).AsArray().Count;
        var page = await console.LogIn("viewer");
        await page.GotoAsync("console/conflicts");
        await Assertions.Expect(page.GetByText($"The newest 50 of {open} that are open.")).ToBeVisibleAsync();
        await console.Api("POST", "api/migration/conflicts/resolve", """{"strategy":"go_leads","reason":"tests","limit":1000}""");
        await page.GotoAsync("console/conflicts");
        await Assertions.Expect(page.GetByText("No conflict is open.")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("The newest 50")).ToHaveCountAsync(0);
        await page.Context.CloseAsync();
    }
}
