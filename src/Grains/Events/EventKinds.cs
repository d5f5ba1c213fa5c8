namespace GaiaOrleans.Grains.Events;

/// <summary>What events are about. What happened within a kind is the member <c>action</c> of an event's data.</summary>
public static class EventKinds
{
    public const string Phase = "phase";
    public const string Split = "split";
    public const string DualWrite = "dual_write";
    public const string Rollback = "rollback";
    public const string Pause = "pause";
    public const string Resume = "resume";
    /// <summary>A new incarnation of the cluster, after a restore.</summary>
    public const string Incarnation = "incarnation";
    public const string Guard = "guard";
    public const string Run = "run";
    public const string Conflict = "conflict";
    public const string Gateway = "gateway";
    public const string Cluster = "cluster";
    public const string Attestation = "attestation";
    public const string Drill = "drill";
    public const string Gate = "gate";
    public const string Webhook = "webhook";

    public static readonly IReadOnlyList<string> All =
        [Phase, Split, DualWrite, Rollback, Pause, Resume, Incarnation, Guard, Run, Conflict, Gateway, Cluster, Attestation, Drill, Gate, Webhook];
}
