using Microsoft.Playwright;

namespace GaiaOrleans.Console.Tests;

/// <summary>What is done in the console is done, by whom the key says, and refused where the API would refuse it.</summary>
[Collection(ConsoleTests.Name)]
public sealed class ControlTests(ConsoleCluster console)
{
    [Fact]
    public async Task A_split_is_changed_and_rolled_back_and_the_other_window_sees_it_by_itself()
    {
        var watching = await console.LogIn("viewer");
        var page = await console.LogIn("admin");
        await Split(page, "7", "a first step", force: true);
        await Assertions.Expect(page.Locator(".done")).ToContainTextAsync("7 % go is in force");
        await Assertions.Expect(watching.Locator(".big")).ToContainTextAsync("7 % go");
        await Assertions.Expect(watching.GetByRole(AriaRole.Button, new() { Name = "Roll back" })).ToHaveCountAsync(0);
        Assert.Equal(7, (decimal)(await console.Api("GET", "api/traffic-split"))["go_percentage"]!);

        await page.GetByLabel("Reason for going back to 0 %").FillAsync("enough seen");
        await page.GetByRole(AriaRole.Button, new() { Name = "Roll back" }).ClickAsync();
        await Assertions.Expect(page.Locator(".done")).ToContainTextAsync("Rolled back to 0 % go");
        var last = (await console.Api("GET", "api/migration/history?limit=1"))[0]!;
        Assert.Equal(("the admin", "enough seen"), ((string)last["actor"]!, (string)last["reason"]!));
        await Close(page, watching);
    }

    [Fact]
    public async Task What_stands_in_the_way_is_shown_and_an_operator_does_not_force_it()
    {
        await console.Disputed();
        var page = await console.LogIn("operator");
        await Split(page, "60", "try", force: true);
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("role admin");
        var admin = await console.LogIn("admin");
        await Split(admin, "60", "try", force: false);
        await Assertions.Expect(admin.GetByRole(AriaRole.Table, new() { Name = "What stands in the way" })).ToBeVisibleAsync();
        Assert.Equal(0, (decimal)(await console.Api("GET", "api/traffic-split"))["go_percentage"]!);
        await Close(page, admin);
    }

    [Fact]
    public async Task A_conflict_is_decided_field_by_field()
    {
        var id = await console.Disputed();
        var page = await console.LogIn("operator");
        await page.GotoAsync("console/conflicts");
        var conflict = page.GetByRole(AriaRole.Region).Filter(new() { HasText = id });
        await Assertions.Expect(conflict).ToContainTextAsync("busy");
        await Assertions.Expect(conflict).ToContainTextAsync("paused");
        await conflict.GetByLabel("Reason").FillAsync("theirs is newer");
        await conflict.GetByLabel("Another value").FillAsync("sleeping");
        await conflict.GetByRole(AriaRole.Button, new() { Name = "Set the other value" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("must be JSON");
        await conflict.GetByLabel("Reason").FillAsync("theirs is newer");
        await conflict.GetByRole(AriaRole.Button, new() { Name = "Keep python's" }).ClickAsync();
        await Assertions.Expect(page.Locator(".done")).ToContainTextAsync($"{id}, status: synced");
        Assert.Equal("paused", (string)(await console.Api("GET", $"api/sessions/{id}"))["status"]!);
        await Close(page);
    }

    [Fact]
    public async Task A_run_is_started_from_its_card()
    {
        var page = await console.LogIn("operator");
        await page.GotoAsync("console/runs");
        await page.GetByRole(AriaRole.Button, new() { Name = "start the migrate run" }).ClickAsync();
        await Assertions.Expect(page.Locator(".done")).ToContainTextAsync("migrate: ");
        await Assertions.Expect(page.GetByRole(AriaRole.Region, new() { Name = "migrate" })).ToContainTextAsync("completed", new() { Timeout = 40_000 });
        await Close(page);
    }

    private static async Task Split(IPage page, string go, string reason, bool force)
    {
        await page.GotoAsync("console");
        await page.GetByLabel("go, in %").FillAsync(go);
        await page.GetByLabel("Reason", new() { Exact = true }).First.FillAsync(reason);
        if (force) await page.GetByLabel("Past blockers").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Change" }).ClickAsync();
    }

    private static Task Close(params IPage[] pages) => Task.WhenAll(pages.Select(p => p.Context.CloseAsync()));
}
