namespace GaiaOrleans.Grains.Sessions;

/// <summary>How two values of a field are compared.</summary>
public enum DiffRule
{
    /// <summary>The same JSON, spelled the same.</summary>
    Exact,

    /// <summary>The same name in any case, with or without Python's class prefix.</summary>
    Enum,

    /// <summary>The same instant within a tolerance, in any spelling Python uses.</summary>
    Timestamp,

    /// <summary>The same JSON; member order and 1 against 1.0 do not count, array order does.</summary>
    Json,

    /// <summary>The same number, also when one side quotes it.</summary>
    Number,

    /// <summary>Not compared.</summary>
    Ignore,
}

/// <summary>Declarative comparison rules: one per field, with a default for fields that are not known.</summary>
/// <param name="TimestampTolerance">Differences up to this are rounding. Default: 1 ms.</param>
public sealed record DiffRules(IReadOnlyDictionary<string, DiffRule> ByField, DiffRule Otherwise, TimeSpan TimestampTolerance)
{
    /// <summary>
    /// Covers the guide's three false positives: timestamp rounding, enum spelling, metadata order. <c>updated_at</c> is stamped by each
    /// side for itself and is never equal.
    /// </summary>
    public static readonly DiffRules Default = new(Defaults(), DiffRule.Json, TimeSpan.FromMilliseconds(1));

    public DiffRule For(string field) => ByField.GetValueOrDefault(field, Otherwise);

    private static Dictionary<string, DiffRule> Defaults()
    {
        var rules = SessionField.All.ToDictionary(f => f.Name, f => f.Kind switch
        {
            FieldKind.Text => DiffRule.Exact,
            FieldKind.Enumeration => DiffRule.Enum,
            FieldKind.Timestamp => DiffRule.Timestamp,
            FieldKind.Number => DiffRule.Number,
            FieldKind.Json => DiffRule.Json,
            _ => throw new InvalidOperationException($"Field kind {f.Kind} has no rule."),
        });
        rules[SessionField.UpdatedAt] = DiffRule.Ignore;
        return rules;
    }
}
