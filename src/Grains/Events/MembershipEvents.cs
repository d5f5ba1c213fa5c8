namespace GaiaOrleans.Grains.Events;

/// <summary>What a change of the cluster's membership looks like as events. Each silo compares what it sees; the keys make one event of what several say.</summary>
public static class MembershipEvents
{
    /// <param name="before">What this silo saw last; null = it looks for the first time, and others have told what was before.</param>
    /// <param name="now">What it sees.</param>
    /// <param name="expected">How many silos the cluster is meant to have.</param>
    public static IEnumerable<EventDraft> Between(ClusterMembershipSnapshot? before, ClusterMembershipSnapshot now, int expected)
    {
        var required = expected / 2 + 1;
        var active = Active(now);
        foreach (var member in now.Members.Values.OrderBy(m => m.Name, StringComparer.Ordinal))
            if (Action(before, member) is { } action)
                // One that leaves is dead as well in the end: the first to speak saw how.
                yield return Of(action, member, $"silo/{member.SiloAddress.ToParsableString()}/{(action == "joined" ? "joined" : "gone")}");
        if (before is null || Active(before) >= required == active >= required) yield break;
        yield return EventDraft.Of(
            EventKinds.Cluster, new { Action = active >= required ? "quorum_regained" : "quorum_lost", Active = active, Required = required, Expected = expected }, $"quorum/{now.Version.Value}");

        EventDraft Of(string action, ClusterMember member, string key) => EventDraft.Of(
            EventKinds.Cluster, new { Action = action, Silo = member.Name, Address = member.SiloAddress.Endpoint.ToString(), Active = active, Required = required, Expected = expected }, key);
    }

    private static string? Action(ClusterMembershipSnapshot? before, ClusterMember member)
    {
        var was = before?.Members.GetValueOrDefault(member.SiloAddress)?.Status;
        return member.Status switch
        {
            SiloStatus.Active when was != SiloStatus.Active => "joined",
            SiloStatus.ShuttingDown or SiloStatus.Stopping when was is SiloStatus.Active => "left",
            SiloStatus.Dead when was is SiloStatus.Active => "died",
            _ => null,
        };
    }

    private static int Active(ClusterMembershipSnapshot snapshot) => snapshot.Members.Values.Count(m => m.Status == SiloStatus.Active);
}
