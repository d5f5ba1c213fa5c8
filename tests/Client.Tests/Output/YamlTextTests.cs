using GaiaOrleans.Client.Output;

namespace GaiaOrleans.Client.Tests.Output;

public class YamlTextTests
{
    [Theory]
    [InlineData("5", "--- 5\n")]
    [InlineData("{}", "--- {}\n")]
    [InlineData("[]", "--- []\n")]
    [InlineData("null", "--- null\n")]
    [InlineData("""{"a":1,"b":{"c":[]}}""", "---\na: 1\nb:\n  c: []\n")]
    [InlineData("""[{"a":true},[1,null],"x"]""", "---\n-\n  a: true\n-\n  - 1\n  - null\n- x\n")]
    [InlineData("""{"no":"yes","on":"NULL","y":"Off"}""", "---\n\"no\": \"yes\"\n\"on\": \"NULL\"\n\"y\": \"Off\"\n")]
    [InlineData("""["go_leads","10","1.5","2026-11-23T00:00:00Z","a: b","- x","#","","~"," a"]""", "---\n- go_leads\n- \"10\"\n- \"1.5\"\n- \"2026-11-23T00:00:00Z\"\n- \"a: b\"\n- \"- x\"\n- \"#\"\n- \"\"\n- \"~\"\n- \" a\"\n")]
    [InlineData("""["a\nb\"\\\u0007\u2028","😀é"]""", "---\n- \"a\\u000Ab\\\"\\\\\\u0007\\u2028\"\n- \"😀é\"\n")]
    public void Json_becomes_yaml_that_means_the_same(string json, string yaml) => Assert.Equal(yaml, YamlText.Of(json));

    [Fact]
    public async Task Answers_can_be_yaml()
    {
        await using var server = await FakeControlPlane.Start();
        server.On("GET /api/migration/sync-lag", Reply.Ok("""{"current_ms":0,"status":"ok"}"""));
        var ran = await server.Run("lag", "--output", "yaml");
        Assert.Equal("---\ncurrent_ms: 0\nstatus: ok\n", ran.Out);
    }
}
