using GaiaOrleans.Testbed;
using Microsoft.Playwright;

namespace GaiaOrleans.Console.Tests;

/// <summary>What is done in the console is done, by whom the key says, and refused where the API would refuse it.</summary>
[Collection(ConsoleTests.Name)]
public sealed class ControlTests(ConsoleCluster console)
{
    private static readonly string[] Words = ["Pause", "Resume", "Roll back"];

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
        // Whichever button it would press was not chosen.
        await conflict.GetByLabel("Another value").PressAsync("Enter");
        await conflict.GetByRole(AriaRole.Button, new() { Name = "Set the other value" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("must be JSON");
        await conflict.GetByLabel("Reason").FillAsync("theirs is newer");
        await conflict.GetByLabel("Another value").FillAsync("\"sleeping\"");
        await conflict.GetByRole(AriaRole.Button, new() { Name = "Keep go's" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("a side was chosen");
        await conflict.GetByLabel("Reason").FillAsync("theirs is newer");
        await conflict.GetByRole(AriaRole.Button, new() { Name = "Keep python's" }).ClickAsync();
        await Assertions.Expect(page.Locator(".done")).ToContainTextAsync($"{id}, status: synced");
        Assert.Equal("paused", (string)(await console.Api("GET", $"api/sessions/{id}"))["status"]!);
        await Close(page);
    }

    [Fact]
    public async Task Whoever_decides_what_is_decided_already_is_told_so()
    {
        var id = await console.Disputed();
        var (first, second) = (await console.LogIn("operator"), await console.LogIn("operator"));
        foreach (var page in new[] { first, second })
        {
            await page.GotoAsync("console/conflicts");
            await Conflict(page).GetByLabel("Reason").FillAsync("mine is newer");
        }

        await Conflict(first).GetByRole(AriaRole.Button, new() { Name = "Keep python's" }).ClickAsync();
        await Assertions.Expect(first.Locator(".done")).ToContainTextAsync($"{id}, status: synced");
        await Conflict(second).GetByRole(AriaRole.Button, new() { Name = "Keep go's" }).ClickAsync();
        await Assertions.Expect(second.GetByRole(AriaRole.Alert)).ToContainTextAsync("it is resolved already");
        Assert.Equal("paused", (string)(await console.Api("GET", $"api/sessions/{id}"))["status"]!);
        await Close(first, second);

        ILocator Conflict(IPage page) => page.GetByRole(AriaRole.Region).Filter(new() { HasText = id });
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

    [Fact]
    public async Task Dual_write_is_switched_by_an_admin_with_its_mode_and_acknowledgement()
    {
        var operating = await console.LogIn("operator");
        await operating.GotoAsync("console/dual-write");
        await Assertions.Expect(operating.GetByText("This takes the role admin.")).ToBeVisibleAsync();
        await Settle();

        var page = await console.LogIn("admin");
        await page.GotoAsync("console/dual-write");
        await Set("off", "go_leads", "both");
        await Assertions.Expect(page.Locator(".done")).ToContainTextAsync("Dual-write is off");
        Assert.False((bool)(await console.Api("GET", "api/migration/dual-write"))["enabled"]!);
        await Set("on", "python_leads", "leader");
        await Assertions.Expect(page.Locator(".done")).ToContainTextAsync("Dual-write is on, python_leads, acknowledged by leader");
        var now = await console.Api("GET", "api/migration/dual-write");
        Assert.Equal((true, "python_leads", "leader", "manual", "the admin"), ((bool)now["enabled"]!, (string)now["mode"]!, (string)now["ack"]!, (string)now["conflict_strategy"]!, (string)now["updated_by"]!));
        await Set("on", "go_leads", "both");
        await Assertions.Expect(page.Locator(".done")).ToContainTextAsync("Dual-write is on, go_leads, acknowledged by both");
        Assert.Equal("as on paper", (string)(await console.Api("GET", "api/migration/history?limit=1"))[0]!["reason"]!);
        await Close(operating, page);

        async Task Set(string enabled, string mode, string ack)
        {
            await page.GetByLabel("Dual-write", new() { Exact = true }).SelectOptionAsync(enabled == "on" ? "true" : "false");
            await page.GetByLabel("Mode").SelectOptionAsync(mode);
            await page.GetByLabel("Acknowledged by").SelectOptionAsync(ack);
            await page.GetByLabel("Reason").FillAsync("as on paper");
            await page.GetByRole(AriaRole.Button, new() { Name = "Change" }).ClickAsync();
        }
    }

    /// <summary>A page that was left open: what nobody touched on it stays as it is by now.</summary>
    [Fact]
    public async Task Of_the_settings_of_dual_write_only_those_are_changed_that_were_changed_on_the_page()
    {
        await Settle();
        var page = await console.LogIn("admin");
        await page.GotoAsync("console/dual-write");
        await Assertions.Expect(page.Locator(".big")).ToHaveTextAsync("on");
        await page.GetByLabel("Acknowledged by").SelectOptionAsync("leader");
        await page.GetByLabel("Reason").FillAsync("as on paper");
        await console.Api("POST", "api/migration/dual-write", """{"enabled":false,"reason":"somebody else was faster"}""");
        await page.GetByRole(AriaRole.Button, new() { Name = "Change" }).ClickAsync();
        await Assertions.Expect(page.Locator(".done")).ToContainTextAsync("Dual-write is off, go_leads, acknowledged by leader");
        var now = await console.Api("GET", "api/migration/dual-write");
        Assert.Equal((false, "leader"), ((bool)now["enabled"]!, (string)now["ack"]!));
        await console.Api("POST", "api/migration/dual-write", """{"enabled":true,"ack":"both","reason":"tests"}""");
        await Close(page);
    }

    [Fact]
    public async Task Whoever_removes_a_pin_that_is_gone_already_is_told_so()
    {
        await console.Api("PUT", "api/migration/pins/console-gone", """{"side":"python","reason":"one customer"}""");
        var (first, second) = (await console.LogIn("operator"), await console.LogIn("operator"));
        foreach (var page in new[] { first, second })
        {
            await page.GotoAsync("console/pins");
            await page.GetByLabel("Reason for unpinning console-gone").FillAsync("enough seen");
        }

        await Unpin(first);
        await Assertions.Expect(first.Locator(".done")).ToContainTextAsync("The split decides about console-gone again");
        await Unpin(second);
        await Assertions.Expect(second.GetByRole(AriaRole.Alert)).ToContainTextAsync("'console-gone' is not pinned");
        await Close(first, second);

        Task Unpin(IPage page) => page.GetByRole(AriaRole.Button, new() { Name = "Unpin console-gone" }).ClickAsync();
    }

    [Fact]
    public async Task A_session_is_pinned_and_let_go_again()
    {
        var page = await console.LogIn("operator");
        await page.GotoAsync("console/pins");
        await Pin("console-pinned", "2020-01-01T00:00");
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("is in the past");
        await Pin("console-pinned", "2099-12-31T18:00");
        await Assertions.Expect(page.Locator(".done")).ToContainTextAsync("console-pinned is served by go");
        var pin = await console.Api("GET", "api/migration/pins/console-pinned");
        Assert.Equal(("go", "2099-12-31T18:00:00Z", "one customer", "the operator"), ((string)pin["side"]!, (string)pin["until"]!, (string)pin["reason"]!, (string)pin["by"]!));

        var viewing = await console.LogIn("viewer");
        await viewing.GotoAsync("console/pins");
        await Assertions.Expect(viewing.GetByRole(AriaRole.Row).Filter(new() { HasText = "console-pinned" })).ToContainTextAsync("2099-12-31 18:00:00 UTC");
        await Assertions.Expect(viewing.GetByRole(AriaRole.Button)).ToHaveCountAsync(0);

        await page.GetByLabel("Reason for unpinning console-pinned").FillAsync("enough seen");
        await page.GetByRole(AriaRole.Button, new() { Name = "Unpin console-pinned" }).ClickAsync();
        await Assertions.Expect(page.Locator(".done")).ToContainTextAsync("The split decides about console-pinned again");
        Assert.DoesNotContain((await console.Api("GET", "api/migration/pins")).AsArray(), p => (string)p!["session_id"]! == "console-pinned");
        Assert.Equal(("unpin", "enough seen"), await Last());
        await Close(page, viewing);

        async Task Pin(string id, string until)
        {
            await page.GetByLabel("Session id").FillAsync(id);
            await page.GetByLabel("Side").SelectOptionAsync("go");
            await page.GetByLabel("Until, in UTC").FillAsync(until);
            await page.GetByLabel("Reason", new() { Exact = true }).FillAsync("one customer");
            await page.GetByRole(AriaRole.Button, new() { Name = "Pin", Exact = true }).ClickAsync();
        }

        async Task<(string, string)> Last() => (await console.Api("GET", "api/migration/history?limit=1"))[0] is { } entry ? ((string)entry["action"]!, (string)entry["reason"]!) : default;
    }

    [Fact]
    public async Task What_people_vouch_for_and_drilled_is_recorded_under_their_name()
    {
        var page = await console.LogIn("operator");
        await page.GotoAsync("console/gates");
        await page.GetByLabel("What no machine can see").SelectOptionAsync("user_feedback");
        await page.GetByLabel("Note").FillAsync("two letters, both kind");
        await page.GetByRole(AriaRole.Button, new() { Name = "Attest" }).ClickAsync();
        await Assertions.Expect(page.Locator(".done")).ToContainTextAsync("user_feedback is attested by the operator");
        await Assertions.Expect(page.GetByRole(AriaRole.Row, new() { Name = "Day 1: Intensive Monitoring: User feedback" })).ToContainTextAsync("the operator");

        await Drill("failed");
        await Assertions.Expect(page.Locator(".done")).ToContainTextAsync("load_test has failed");
        Assert.Equal("fail", await State());
        await Drill("passed");
        await Assertions.Expect(page.Locator(".done")).ToContainTextAsync("load_test has passed");
        Assert.Equal("pass", await State());

        var viewing = await console.LogIn("viewer");
        await viewing.GotoAsync("console/gates");
        await Assertions.Expect(viewing.GetByRole(AriaRole.Row, new() { Name = "Week 1: Validation: Load testing" })).ToContainTextAsync("pass");
        await Assertions.Expect(viewing.GetByRole(AriaRole.Button)).ToHaveCountAsync(0);
        await Close(page, viewing);

        async Task Drill(string result)
        {
            await page.GetByLabel("Drill", new() { Exact = true }).SelectOptionAsync("load_test");
            await page.GetByLabel("Result").SelectOptionAsync(result);
            await page.GetByLabel("What shows it").FillAsync("ticket 7");
            await page.GetByRole(AriaRole.Button, new() { Name = "Record the drill" }).ClickAsync();
        }

        async Task<string> State() => (string)(await console.Api("GET", "api/migration/checklist"))["lines"]!.AsArray().Single(l => (string)l!["name"]! == "load_test")!["state"]!;
    }

    /// <summary>A page that was left open: what its button says is done, and nothing else that would be next by now.</summary>
    [Fact]
    public async Task A_button_does_what_it_says_whatever_happened_since()
    {
        var page = await console.LogIn("admin");
        await page.GotoAsync("console");
        await page.Locator("#why-hold").FillAsync("errors are rising");
        await console.Api("POST", "api/migration/pause", """{"reason":"somebody else was faster"}""");
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await Assertions.Expect(page.Locator(".done")).ToContainTextAsync("Paused");
        Assert.Equal("somebody else was faster", (string)(await console.Api("GET", "api/migration/status"))["paused"]!);

        await page.GotoAsync("console/gates");
        await page.GetByLabel("Reason").First.FillAsync("all is well");
        await console.Api("POST", "api/migration/resume", """{"reason":"tests"}""");
        await page.GetByRole(AriaRole.Button, new() { Name = "Advance to" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("epoch");
        await Close(page);
    }

    /// <summary>What came of it is said: a way back is not lost for what the page shows beside it.</summary>
    [Fact]
    public async Task A_way_back_is_offered_and_tried_when_the_state_cannot_be_read()
    {
        var page = await console.LogIn("operator");
        await console.Without("rollout_state", async () =>
        {
            await page.GotoAsync("console");
            foreach (var word in Words) await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = word })).ToBeVisibleAsync();
            await page.GetByLabel("Reason for going back to 0 %").FillAsync("enough seen");
            await page.GetByRole(AriaRole.Button, new() { Name = "Roll back" }).ClickAsync();
            await Assertions.Expect(page.Locator("[data-outcome]")).ToContainTextAsync("did not answer");
        });
        await Close(page);
    }

    /// <summary>No conflict is open and nothing is pending: dual-write may be turned off.</summary>
    private async Task Settle()
    {
        await console.Api("POST", "api/migration/conflicts/resolve", """{"strategy":"go_leads","reason":"tests","limit":1000}""");
        await Eventually.Get(() => console.Api("GET", "api/migration/dual-write-metrics"), m => (long)m["pending"]! == 0, TimeSpan.FromSeconds(60));
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
