using System.Text.Json;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Tests.Sessions;

public sealed class ValidationErrorTests
{
    public static TheoryData<string> Values =>
        ["null", "\"busy\"", "[1,2.50]", "{\"a\":\"☃\"}", "present", "\"half \\ud800\"", "[\"nul \\u0000\"]", "{\"half \\udc00\":1}", $"\"{string.Concat(Enumerable.Repeat("𝄞", 4_000))}\""];

    /// <summary>Whatever the sides hold, the page that lists it can be written.</summary>
    [Theory]
    [MemberData(nameof(Values))]
    public void A_value_can_be_stored_and_answered(string shown)
    {
        var error = ValidationError.Of("s-1", new FieldDifference("x", "json", shown, null), 7);
        using var kept = JsonDocument.Parse(error.PythonValue!);
        Assert.Null(JsonText.Find(kept.RootElement));
        Assert.NotEmpty(JsonSerializer.Serialize(kept.RootElement));
        Assert.InRange(error.PythonValue!.Length, 1, 50_000);
        Assert.Equal((null, 7, ValidationError.Verify), (error.GoValue, error.Version, error.Source));
    }

    [Fact]
    public void A_value_is_kept_as_it_was_shown()
    {
        Assert.Equal("[1,2.50]", ValidationError.Of("s-1", new FieldDifference("x", "json", "[1,2.50]", null), 1).PythonValue);
        Assert.Equal("\"present\"", ValidationError.Of("s-1", new FieldDifference("$", "exact", "present", null), 1).PythonValue);
    }
}
