using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Gateway.Sessions;

namespace GaiaOrleans.Gateway.Tests.Sessions;

public sealed class SessionPathTests
{
    [Theory]
    [InlineData("/api/sessions/s-1", "s-1")]
    [InlineData("/api/sessions/s-1?status=active", "s-1")]
    [InlineData("/API/Sessions/S-1", "S-1")]
    [InlineData("http://gaia:8000/api/sessions/s-1?x=/api/sessions/s-2", "s-1")]
    [InlineData("/api/sessions/a/b", "a/b")]
    [InlineData("/api/sessions/a%2Fb", "a/b")]
    [InlineData("/api/sessions/a%252Fb", "a%2Fb")]
    [InlineData("/api/sessions/a%3Fb%23c", "a?b#c")]
    [InlineData("/api/sessions/a%20b", "a b")]
    [InlineData("/api/sessions/a+b", "a+b")]
    [InlineData("/api/sessions/gr%C3%B6%C3%9Fe", "größe")]
    [InlineData("/api/sessions/%F0%9F%92%BE", "💾")]
    [InlineData("/api/sessions/..%2F..%2Fetc", "../../etc")]
    [InlineData("/api/sessions/...", "...")]
    [InlineData("/api/sessions//api/sessions/x", "/api/sessions/x")]
    [InlineData("/api/sessions/say%22hi%22", "say\"hi\"")]
    public void It_is_what_the_client_meant(string rawTarget, string id) => Assert.Equal(id, SessionPath.IdOf(Some.Request(rawTarget)));

    [Theory]
    [InlineData("/api/sessions/")]
    [InlineData("/api/sessions/?limit=1")]
    [InlineData("/api/sessions/%22s-1%22")]
    [InlineData("/api/sessions/a%00b")]
    [InlineData("/api/sessions/a%0Ab")]
    [InlineData("/api/sessions/a%7F")]
    [InlineData("/api/sessions/a%C2%85b")]
    [InlineData("/api/sessions/a%FFb")]
    [InlineData("/api/sessions/a%C3")]
    [InlineData("/api/sessions/%ED%A0%80")]
    [InlineData("/api/sessions/100%")]
    [InlineData("/api/sessions/a%2")]
    [InlineData("/api/sessions/a%zz")]
    [InlineData("/api/sessions/.")]
    [InlineData("/api/sessions/%2E%2e")]
    [InlineData("/api/%73essions/s-1")]
    [InlineData("/api%2Fsessions/s-1")]
    public void What_is_no_id_is_refused(string rawTarget) =>
        Assert.Equal(400, Assert.Throws<InvalidInputException>(() => SessionPath.IdOf(Some.Request(rawTarget))).Status);

    [Fact]
    public void Two_hundred_and_fifty_five_characters_are_allowed()
    {
        var id = new string('ä', SessionPath.LongestId);
        Assert.Equal(id, SessionPath.IdOf(Some.Request("/api/sessions/" + Uri.EscapeDataString(id))));
        Assert.Equal("id", Assert.Throws<InvalidInputException>(() => SessionPath.IdOf(Some.Request("/api/sessions/" + Uri.EscapeDataString(id + "x")))).Errors.Keys.Single());
    }

    [Theory]
    [InlineData(0xD800)]
    [InlineData(0xDC00)]
    [InlineData(0xDFFF)]
    public void Half_a_character_is_refused(int half)
    {
        foreach (var id in (string[])[$"{(char)half}", $"a{(char)half}", $"{(char)half}b"]) Assert.Throws<InvalidInputException>(() => SessionPath.Check(id));
    }

    [Fact]
    public void Without_a_raw_target_the_path_counts()
    {
        var context = Some.Request("");
        context.Request.Path = "/api/sessions/s-1";
        Assert.Equal("s-1", SessionPath.IdOf(context));
    }

    [Fact]
    public void Another_prefix_is_as_good() =>
        Assert.Equal("a/b", SessionPath.IdOf(Some.Request("/api/migration/sessions/a%2Fb"), "/api/migration/sessions/"));
}
