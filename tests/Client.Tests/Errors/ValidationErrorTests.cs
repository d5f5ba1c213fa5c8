namespace GaiaOrleans.Client.Tests.Errors;

public class ValidationErrorTests
{
    private const string Call = "GET /api/migration/validation-errors?limit=1";

    [Fact]
    public async Task Differences_are_a_table_and_what_was_excused_is_counted_by_rule()
    {
        await using var server = await FakeControlPlane.Start();
        server.On(Call, Reply.Ok(
            """{"errors":[{"session_id":"s","field":"tier","rule":"enum","python_value":"boss","go_value":null,"at":"2026-11-23T00:00:00Z","source":"verify"}],"noise":{"enum":12,"timestamp":3},"total":4}"""));
        var ran = await server.Run("errors", "--validation", "--limit", "1");
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.Matches(@"AT +SESSION ID +FIELD +RULE +PYTHON VALUE +GO VALUE +SOURCE +RESOLVED\n\S+ +s +tier +enum +boss +- +verify +-\n1 of 4\n", ran.Out);
        Assert.EndsWith("noise: 12 excused by the rule enum\nnoise: 3 excused by the rule timestamp\n", ran.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task None_says_so()
    {
        await using var server = await FakeControlPlane.Start();
        server.On(Call, Reply.Ok("""{"errors":[],"noise":{},"total":0}"""));
        Assert.Equal("no validation errors\n", (await server.Run("errors", "--validation", "--limit", "1")).Out);
    }
}
