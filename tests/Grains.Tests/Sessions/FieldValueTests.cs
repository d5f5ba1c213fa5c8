using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Tests.Sessions;

public sealed class FieldValueTests
{
    public static TheoryData<string, string> EveryEnumValue()
    {
        var data = new TheoryData<string, string>();
        foreach (var field in SessionField.All.Where(f => f.Kind == FieldKind.Enumeration))
            foreach (var value in field.Values)
                data.Add(field.Name, value);
        return data;
    }

    [Theory]
    [MemberData(nameof(EveryEnumValue))]
    public void Every_enum_value_is_known_in_each_of_pythons_spellings(string field, string value)
    {
        foreach (var spelling in new[] { value, value.ToUpperInvariant(), $"SessionStatus.{value.ToUpperInvariant()}", $"models.{field}.{value}" })
            Assert.Equal(value, Some.Document($"{{\"{field}\":\"{spelling}\"}}").Member(field).GetString());
    }

    [Theory]
    [InlineData("active ")]
    [InlineData("Session Status.ACTIVE")]
    [InlineData("1.active")]
    [InlineData(".active")]
    [InlineData("active.")]
    [InlineData("<SessionStatus.ACTIVE: 'active'>")]
    public void What_only_ends_like_an_enum_value_is_none(string text) => Assert.Null(SessionField.ByName["status"].CanonicalValue(text));

    [Theory]
    [InlineData("3", 3)]
    [InlineData("3.0", 3)]
    [InlineData("3e0", 3)]
    [InlineData("\"3\"", 3)]
    [InlineData("\"-3\"", -3)]
    [InlineData("0", 0)]
    [InlineData("-0", 0)]
    [InlineData("2147483647", int.MaxValue)]
    [InlineData("-2147483648", int.MinValue)]
    [InlineData("2147483647.0", int.MaxValue)]
    public void A_whole_number_is_one_in_each_spelling(string json, int expected) =>
        Assert.Equal(expected, Some.Document($"{{\"current_task_count\":{json}}}").Member("current_task_count").GetInt32());

    [Theory]
    [InlineData("\"\"")]
    [InlineData("\"3,000\"")]
    [InlineData("\"3.5\"")]
    [InlineData("\"0x3\"")]
    [InlineData("\"٣\"")]
    [InlineData("3.0000001")]
    [InlineData("-2147483649")]
    [InlineData("1e30")]
    [InlineData("[3]")]
    public void What_is_not_a_whole_number_in_range_is_none(string json) => Assert.False(FieldValue.TryInteger(Some.Json(json), out _));

    [Fact]
    public void Null_fits_every_field()
    {
        foreach (var field in SessionField.All.Where(f => f.Name != SessionField.Id))
            Assert.Equal($"{{\"id\":\"s-1\",\"{field.Name}\":null}}", Some.Document($"{{\"{field.Name}\":null}}").Text());
    }
}
