namespace GaiaOrleans.Contracts.Problems;

/// <summary>Input that names what is wrong with it, field by field. Nothing was changed.</summary>
[GenerateSerializer, Alias("gaia.problem.invalid_input")]
public sealed class InvalidInputException(string code, string message, Dictionary<string, string[]> errors) : GaiaException(message)
{
    public const string InvalidJson = "invalid_json";
    public const string InvalidField = "invalid_field";
    public const string MissingField = "missing_field";

    public override string Code => Kind;
    public override int Status => 400;

    [Id(0)] public string Kind { get; } = code;

    /// <summary>Field (a JSON name, or a path into the body) → messages.</summary>
    [Id(1)] public Dictionary<string, string[]> Errors { get; } = errors;

    public static InvalidInputException Field(string field, string message) => Of(InvalidField, field, message);
    public static InvalidInputException Missing(string field) => Of(MissingField, field, $"{field} is required.");
    public static InvalidInputException Json(string message) => Of(InvalidJson, "$", message);

    private static InvalidInputException Of(string code, string field, string message) => new(code, message, new() { [field] = [message] });
}
