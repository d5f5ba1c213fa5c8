using GaiaOrleans.Silo.Legacy;

namespace GaiaOrleans.Silo.Preflight;

/// <summary>What the facts mean for a migration under these settings. Pure.</summary>
internal static class PreflightFindings
{
    /// <summary>The worst first.</summary>
    public static IReadOnlyList<Finding> Of(PreflightFacts facts, LegacyOptions configured) =>
    [
        .. ConnectionFindings.Of(facts, configured)
            .Concat(facts.List is { Shape: not null } list ? ListFindings.Of(list, facts, configured) : [])
            .Concat(facts.Records is { } records ? RecordFindings.Of(records, configured) : [])
            .Concat(facts.Reads is { } reads ? ReadFindings.Of(reads, configured) : [])
            .Concat(AnswerFindings.Of(facts))
            .Concat(PaceFindings.Of(facts, configured))
            .OrderBy(finding => finding.Severity),
    ];
}
