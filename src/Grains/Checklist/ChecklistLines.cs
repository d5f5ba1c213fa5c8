using GaiaOrleans.Contracts.Rollouts;
using static GaiaOrleans.Contracts.Rollouts.RolloutPhase;
using static GaiaOrleans.Grains.Checklist.LineKind;

namespace GaiaOrleans.Grains.Checklist;

/// <summary>Who answers for a line: what the cluster measures, somebody's word, or something that was tried.</summary>
public enum LineKind
{
    Gate,
    Attestation,
    Drill,
}

/// <summary>One line of the guide's checklists and success criteria.</summary>
/// <param name="Text">As the guide has it.</param>
/// <param name="Leaving">The phase that cannot be left without it; null = it follows the migration and holds nothing up.</param>
/// <param name="Gate">The gate that answers for it; of an attestation or a drill, the line's own name.</param>
/// <param name="Lasting">It outlives the phase it was given in. What is said of the present state of things does not.</param>
public sealed record ChecklistLine(string Section, string Text, string Name, LineKind Kind, RolloutPhase? Leaving, string Gate, bool Lasting);

/// <summary>Every line of the guide, in its order.</summary>
public static class ChecklistLines
{
    public static readonly IReadOnlyList<ChecklistLine> All =
    [
        .. Section(
            "Pre-Migration Checklist",
            Measured("GAIA_GO production infrastructure deployed", "infrastructure_deployed", Preparation, "quorum"),
            Measured("Database migrations applied", "database_migrated", Preparation),
            Measured("Raft cluster healthy (3+ nodes)", "quorum", Preparation),
            Drilled("Backup and recovery tested", "backup_restored", Preparation),
            Measured("Session validator tests passing", "validator_self_test", Preparation),
            Measured("Conflict handler configured", "conflict_strategy_set", Preparation),
            Attested("Team trained on procedures", "team_trained", Preparation, lasting: true),
            Attested("Communication plan ready", "communication_plan", Preparation, lasting: true),
            Attested("Rollback procedures documented", "rollback_documented", Preparation, lasting: true),
            Measured("Monitoring and alerting active", "metrics_scraped", Preparation)),
        .. Section(
            "Phase 1",
            Measured("All sessions migrated without errors", "ledger_closed", DualWrite),
            Measured("Dual-write metrics show >99% success", "dual_write_success", DualWrite),
            Measured("No data corruption detected", "verified", DualWrite),
            Attested("Team confidence high", "team_confident", DualWrite)),
        .. Section(
            "Phase 2",
            Measured("50% traffic on GAIA_GO for 48+ hours", "soak_at_50", GradualRollout),
            Measured("Error rate ≤ 0.5%", "error_rate", GradualRollout),
            Measured("Latency acceptable", "latency_ratio", GradualRollout),
            Drilled("All functionality tested", "migration_tests", GradualRollout),
            Drilled("Rollback procedure validated", "rollback_drill", GradualRollout)),
        .. Section(
            "Phase 3",
            Measured("7+ days stable at 50% traffic", "soak_monitoring", Monitoring),
            Measured("Zero unresolved issues", "nothing_open", Monitoring),
            Drilled("Disaster recovery tested", "disaster_recovery", Monitoring),
            Attested("Team ready for cutover", "team_ready", Monitoring)),
        .. Section(
            "Phase 4",
            Measured("24+ hours at 100% without issues", "soak_at_100", Cutover),
            Measured("GAIA_HOME can be deprecated", "source_drained", Deprecation),
            Attested("Users notified", "users_notified", Cutover),
            Attested("Monitoring established", "monitoring_established", Cutover)),
        .. Section(
            "Day 1: Intensive Monitoring",
            Attested("Hourly health checks", "hourly_health_checks"),
            Measured("Error rate tracking", "error_rate_tracking", GradualRollout, "error_rate"),
            Measured("Performance metrics", "performance_metrics", GradualRollout, "latency_ratio"),
            Attested("User feedback", "user_feedback")),
        .. Section(
            "Week 1: Validation",
            Attested("7-day stability verification", "stable_for_a_week"),
            Drilled("Load testing", "load_test"),
            Drilled("Chaos testing", "chaos_test"),
            Drilled("Backup restoration test", "backup_restoration")),
        .. Section(
            "Month 1: Deprecation Planning",
            Attested("GAIA_HOME decommission date set", "decommission_date_set"),
            Drilled("Final backups taken", "final_backup", Deprecation, lasting: false),
            Attested("Codebase archived", "codebase_archived"),
            Attested("Team transition plan", "team_transition_plan")),
    ];

    /// <summary>The names that may be attested, or drilled.</summary>
    public static IEnumerable<string> Names(LineKind kind) => All.Where(l => l.Kind == kind).Select(l => l.Name);

    private static IEnumerable<ChecklistLine> Section(string title, params ChecklistLine[] lines) => lines.Select(l => l with { Section = title });

    private static ChecklistLine Measured(string text, string name, RolloutPhase leaving, string? gate = null) => new("", text, name, LineKind.Gate, leaving, gate ?? name, true);

    private static ChecklistLine Attested(string text, string name, RolloutPhase? leaving = null, bool? lasting = null) =>
        new("", text, name, Attestation, leaving, name, lasting ?? leaving is null);

    private static ChecklistLine Drilled(string text, string name, RolloutPhase? leaving = null, bool lasting = true) => new("", text, name, Drill, leaving, name, lasting);
}
