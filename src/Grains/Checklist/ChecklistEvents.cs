using GaiaOrleans.Contracts.Checklist;
using GaiaOrleans.Grains.Events;

namespace GaiaOrleans.Grains.Checklist;

/// <summary>What people said or tried. The checklist keeps the last word of each line; the events keep all.</summary>
internal static class ChecklistEvents
{
    public static EventDraft Attested(ChecklistRecord record) =>
        EventDraft.Of(EventKinds.Attestation, new { Action = "attested", record.Name, Note = record.Note, record.Actor, record.Phase });

    public static EventDraft Drilled(ChecklistRecord record) =>
        EventDraft.Of(EventKinds.Drill, new { Action = record.Passed ? "passed" : "failed", record.Name, Evidence = record.Note, record.Actor, record.Phase });

    public static EventDraft Chosen(ChecklistRecord record) =>
        EventDraft.Of(EventKinds.Attestation, new { Action = "chosen", record.Name, Value = record.Note, record.Actor, record.Phase });
}
