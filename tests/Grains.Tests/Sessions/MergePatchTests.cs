using System.Text;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Tests.Sessions;

public sealed class MergePatchTests
{
    // The table of RFC 7396, appendix A.
    [Theory]
    [InlineData("""{"a":"b"}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"b":"c"}""", """{"a":"b","b":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"a":null}""", "{}")]
    [InlineData("""{"a":"b","b":"c"}""", """{"a":null}""", """{"b":"c"}""")]
    [InlineData("""{"a":["b"]}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"c"}""", """{"a":["b"]}""", """{"a":["b"]}""")]
    [InlineData("""{"a":{"b":"c"}}""", """{"a":{"b":"d","c":null}}""", """{"a":{"b":"d"}}""")]
    [InlineData("""{"a":[{"b":"c"}]}""", """{"a":[1]}""", """{"a":[1]}""")]
    [InlineData("""["a","b"]""", """["c","d"]""", """["c","d"]""")]
    [InlineData("""{"a":"b"}""", """["c"]""", """["c"]""")]
    [InlineData("""{"a":"foo"}""", "null", "null")]
    [InlineData("""{"a":"foo"}""", "\"bar\"", "\"bar\"")]
    [InlineData("""{"e":null}""", """{"a":1}""", """{"e":null,"a":1}""")]
    [InlineData("[1,2]", """{"a":"b","c":null}""", """{"a":"b"}""")]
    [InlineData("{}", """{"a":{"bb":{"ccc":null}}}""", """{"a":{"bb":{}}}""")]
    public void The_examples_of_the_rfc_hold(string target, string patch, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(MergePatch.Apply(Some.Json(target), Some.Json(patch))));

    [Fact]
    public void A_patch_reaches_into_metadata_and_leaves_its_neighbours() =>
        Assert.Equal(
            """{"id":"s-1","status":"busy","metadata":{"a":1,"c":{"e":2}},"own":1}""",
            Patched("""{"status":"idle","metadata":{"a":1,"b":2,"c":{"d":1,"e":2}},"own":1}""", """{"status":"BUSY","metadata":{"b":null,"c":{"d":null}}}""").Text());

    [Theory]
    [InlineData("""{"metadata":{"1":"a","x":0,"1":"b"}}""", """{"metadata":{"1":"c"}}""", """{"1":"c","x":0}""")]
    [InlineData("""{"metadata":{"1":"a","x":0,"1":"b"}}""", """{"metadata":{"1":null}}""", """{"x":0}""")]
    [InlineData("""{"metadata":{"1":{"y":1},"1":{"y":2,"z":3}}}""", """{"metadata":{"1":{"y":null}}}""", """{"1":{"z":3}}""")]
    public void Of_two_members_of_one_name_the_last_is_patched_and_none_is_left_beside_it(string legacy, string patch, string expected)
    {
        var document = SessionDocument.FromLegacy(Some.Id, Some.Json(legacy), out _);
        Assert.Equal(expected, document.Merge(Some.Id, Encoding.UTF8.GetBytes(patch)).Member("metadata").GetRawText());
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("null")]
    [InlineData("\"x\"")]
    [InlineData("{")]
    [InlineData("""{"a":1,"a":2}""")]
    public void A_patch_that_leaves_no_session_is_refused(string patch) =>
        Assert.Equal(InvalidInputException.InvalidJson, Assert.Throws<InvalidInputException>(() => Patched("{}", patch)).Code);

    [Theory]
    [InlineData("""{"status":"sleeping"}""", "status")]
    [InlineData("""{"id":"s-2"}""", "id")]
    public void A_patch_with_a_wrong_value_is_refused_with_its_field(string patch, string field) =>
        Assert.Equal([field], Assert.Throws<InvalidInputException>(() => Patched("{}", patch)).Errors.Keys);

    [Fact]
    public void The_id_cannot_be_removed() => Assert.Equal(Some.Id, Patched("{}", """{"id":null}""").Member("id").GetString());

    // A session that legacy wrote with a value that does not fit must not be locked against every change of its other fields.
    [Fact]
    public void A_patch_is_not_refused_for_a_misfit_of_legacy_that_it_does_not_touch()
    {
        var document = SessionDocument.FromLegacy(Some.Id, Some.Json("""{"user_id":7,"status":"idle"}"""), out _);
        var patched = document.Merge(Some.Id, """{"status":"busy"}"""u8.ToArray());
        Assert.Equal("""{"id":"s-1","user_id":7,"status":"busy"}""", patched.Text());
    }

    [Fact]
    public void A_patch_can_mend_a_misfit()
    {
        var document = SessionDocument.FromLegacy(Some.Id, Some.Json("""{"user_id":7}"""), out _);
        Assert.Equal("""{"id":"s-1","user_id":"7"}""", document.Merge(Some.Id, """{"user_id":"7"}"""u8.ToArray()).Text());
    }

    // Within the 1 MiB that a body may have; looking members up one by one made this quadratic.
    [Fact]
    public void A_patch_of_many_members_takes_no_longer_than_its_size()
    {
        string Members(string value) => "{" + string.Join(',', Enumerable.Range(0, 40_000).Select(i => $"\"m{i:00000}\":{value}")) + "}";
        var target = Some.Json(Members("1"));
        var patch = Some.Json(Members("2"));
        var started = TimeProvider.System.GetTimestamp();
        MergePatch.Apply(target, patch);
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    private static SessionDocument Patched(string target, string patch) => Some.Document(target).Merge(Some.Id, Encoding.UTF8.GetBytes(patch));
}
