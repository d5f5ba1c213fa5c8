namespace GaiaOrleans.Silo.Cluster;

/// <summary>What a silo makes of its own situation.</summary>
/// <param name="Reason">Null = the database has just been read.</param>
/// <param name="Leave">It ends itself: nobody needs it here, and started again it joins as soon as it can.</param>
/// <param name="Waited">For how long it has been in doubt and able to ask.</param>
internal sealed record Isolation(string? Reason, bool Leave, TimeSpan Waited)
{
    public static readonly Isolation None = new(null, false, TimeSpan.Zero);
}

/// <summary>When a silo that cannot read the database gives up. It serves no sessions meanwhile: its lease is over.</summary>
internal static class IsolationRules
{
    // Two looks are a second apart, and asking a silo that does not answer takes two.
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(4);

    /// <param name="before">What the look before found.</param>
    /// <param name="sinceBefore">How long ago that was.</param>
    /// <param name="unread">Since the database was last read; null = never yet, which is the start's own business.</param>
    /// <param name="peers">Of each other silo that counts as active: whether it reads the database; null = it did not answer.</param>
    /// <param name="lease">A reading may be this old in ordinary times.</param>
    /// <param name="patience">How long it waits before it gives up; half of that, at least, able to ask.</param>
    /// <param name="forwarding">Its gateway forwards clients to legacy in an emergency: for that it needs nobody, and ended it could not start again to do it.</param>
    public static Isolation Judge(Isolation before, TimeSpan sinceBefore, TimeSpan? unread, IReadOnlyList<bool?> peers, TimeSpan lease, TimeSpan patience, bool forwarding = false)
    {
        if (unread is not { } since || since <= lease) return Isolation.None;
        // Time in which the process stood still is no time without an answer: one that wakes up asks first.
        var waited = before.Reason is null ? TimeSpan.Zero : before.Waited + (sinceBefore < Step ? sinceBefore : Step);
        var late = !forwarding && since > patience && waited >= patience / 2;
        var unanswered = $"the database has not answered for {since.TotalSeconds:0} s";
        // Alone there is nobody to leave the sessions to.
        if (peers.Count == 0) return new(unanswered, false, waited);
        if (peers.Any(p => p is true)) return new($"{unanswered}, but answers another silo", late, waited);
        if (peers.All(p => p is null)) return new($"{unanswered}, and none of {peers.Count} other silos does", late, waited);
        // It is the database that is away, for all: whoever waits is there when it comes back.
        return new($"{unanswered}, nor any other silo", false, waited);
    }
}
