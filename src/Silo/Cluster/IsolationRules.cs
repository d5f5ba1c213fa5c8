namespace GaiaOrleans.Silo.Cluster;

/// <summary>What a silo makes of its own situation.</summary>
/// <param name="Reason">Null = the database has just been read.</param>
/// <param name="Leave">It ends itself: nobody needs it here, and started again it joins as soon as it can.</param>
internal sealed record Isolation(string? Reason, bool Leave)
{
    public static readonly Isolation None = new(null, false);
}

/// <summary>When a silo that cannot read the database gives up. It serves no sessions meanwhile: its lease is over.</summary>
internal static class IsolationRules
{
    /// <param name="unread">Since the database was last read; null = never yet, which is the start's own business.</param>
    /// <param name="peers">Of each other silo that counts as active: whether it reads the database; null = it did not answer.</param>
    /// <param name="lease">A reading may be this old in ordinary times.</param>
    /// <param name="patience">How long it waits before it gives up.</param>
    public static Isolation Judge(TimeSpan? unread, IReadOnlyList<bool?> peers, TimeSpan lease, TimeSpan patience)
    {
        if (unread is not { } since || since <= lease) return Isolation.None;
        var late = since > patience;
        var unanswered = $"the database has not answered for {since.TotalSeconds:0} s";
        // Alone there is nobody to leave the sessions to.
        if (peers.Count == 0) return new(unanswered, false);
        if (peers.Any(p => p is true)) return new($"{unanswered}, but answers another silo", late);
        if (peers.All(p => p is null)) return new($"{unanswered}, and none of {peers.Count} other silos does", late);
        // It is the database that is away, for all: whoever waits is there when it comes back.
        return new($"{unanswered}, nor any other silo", false);
    }
}
