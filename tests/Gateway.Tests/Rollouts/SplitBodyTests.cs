using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Gateway.Rollouts;

namespace GaiaOrleans.Gateway.Tests.Rollouts;

public sealed class SplitBodyTests
{
    private static readonly Caller Ada = new("ada", "why");

    private static Task<SplitBody> Read(string json) => JsonBody.Read<SplitBody>(Some.Request(body: json), CancellationToken.None);

    [Fact]
    public async Task The_guides_body_is_a_request_of_its_caller()
    {
        var request = (await Read("""{"go_percentage": 10, "python_percentage": 90}""")).ToRequest(Ada);
        Assert.Equal((10, Ada, false, null), (request.GoPercentage, request.Caller, request.Force, request.ExpectedEpoch));
    }

    [Fact]
    public async Task The_rest_is_optional_and_understood()
    {
        var request = (await Read("""{"go_percentage":33.33,"python_percentage":66.67,"reason":"why","force":true,"expected_epoch":7}""")).ToRequest(Ada);
        Assert.Equal((33.33m, Ada, true, 7), (request.GoPercentage, request.Caller, request.Force, request.ExpectedEpoch));
    }

    [Theory]
    [InlineData("""{"python_percentage":90}""", "missing_field", "go_percentage")]
    [InlineData("""{"go_percentage":10}""", "missing_field", "python_percentage")]
    [InlineData("""{}""", "missing_field", "go_percentage")]
    [InlineData("""{"go_percentage":null,"python_percentage":90}""", "missing_field", "go_percentage")]
    [InlineData("""{"go_percentage":10,"python_percentage":80}""", "invalid_field", "python_percentage")]
    [InlineData("""{"go_percentage":-10,"python_percentage":110}""", "invalid_field", "go_percentage")]
    [InlineData("""{"go_percentage":110,"python_percentage":-10}""", "invalid_field", "go_percentage")]
    [InlineData("""{"go_percentage":50,"python_percentage":500}""", "invalid_field", "python_percentage")]
    [InlineData("""{"go_percentage":"10","python_percentage":90}""", "invalid_field", "go_percentage")]
    [InlineData("""{"go_percentage":1e99,"python_percentage":90}""", "invalid_field", "go_percentage")]
    [InlineData("""{"go_percentage":10,"python_percentage":90,"force":"yes"}""", "invalid_field", "force")]
    [InlineData("""{"go_percentage":10,"python_percentage":90,"expected_epoch":1.5}""", "invalid_field", "expected_epoch")]
    public async Task What_is_wrong_is_named(string json, string code, string field)
    {
        var problem = await Assert.ThrowsAsync<InvalidInputException>(async () => (await Read(json)).ToRequest(Ada));
        Assert.Equal((code, field), (problem.Code, problem.Errors.Keys.Single()));
    }
}
