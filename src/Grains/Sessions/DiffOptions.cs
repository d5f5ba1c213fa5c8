using Microsoft.Extensions.Options;

namespace GaiaOrleans.Grains.Sessions;

/// <summary>How the two sides are compared. Section <c>Diff</c>.</summary>
public sealed class DiffOptions
{
    /// <summary>
    /// A rule per field (exact, enum, timestamp, json, number, ignore), in place of the one that goes with the field's type. Default: none; then
    /// <c>updated_at</c> is ignored, unknown fields are compared as json, and the rest by their type.
    /// </summary>
    public Dictionary<string, string> Fields { get; set; } = [];

    /// <summary>Two times are the same when they are no further apart than this. Default: 1 ms.</summary>
    public TimeSpan TimestampTolerance { get; set; } = DiffRules.Default.TimestampTolerance;

    public DiffRules Rules() => new(
        DiffRules.Default.ByField.Concat(Fields.Select(f => KeyValuePair.Create(f.Key, Rule(f.Value)!.Value))).GroupBy(f => f.Key).ToDictionary(g => g.Key, g => g.Last().Value),
        DiffRules.Default.Otherwise, TimestampTolerance);

    internal static DiffRule? Rule(string name) => Enum.TryParse<DiffRule>(name, ignoreCase: true, out var rule) && Enum.IsDefined(rule) && !char.IsDigit(name[0]) ? rule : null;
}

internal sealed class DiffOptionsValidator : IValidateOptions<DiffOptions>
{
    private static readonly string Names = string.Join(", ", Enum.GetNames<DiffRule>()).ToLowerInvariant();

    public ValidateOptionsResult Validate(string? name, DiffOptions options)
    {
        var failures = options.Fields.Where(f => string.IsNullOrEmpty(f.Value) || DiffOptions.Rule(f.Value) is null)
            .Select(f => $"Diff:Fields:{f.Key} is '{f.Value}'; it must be one of {Names} (environment: Diff__Fields__{f.Key}).").ToList();
        if (options.TimestampTolerance < TimeSpan.Zero || options.TimestampTolerance > TimeSpan.FromMinutes(1))
            failures.Add($"Diff:TimestampTolerance is {options.TimestampTolerance}; it must be between 0 and 1 minute, for example 00:00:00.001 (environment: Diff__TimestampTolerance).");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
