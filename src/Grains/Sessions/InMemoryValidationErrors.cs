namespace GaiaOrleans.Grains.Sessions;

/// <summary>The validation errors of a cluster that keeps nothing. What PostgreSQL's sweep settles now and then is settled here when somebody looks.</summary>
internal sealed class InMemoryValidationErrors(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly List<Kept> _kept = [];

    private sealed record Kept(ValidationError Error, DateTimeOffset At, Guid? Pass, bool Resolved);

    public void Add(ValidationError error, Guid? pass = null)
    {
        lock (_gate)
        {
            _kept.RemoveAll(k => !k.Resolved && k.Error.Key == error.Key);
            _kept.Add(new(error, time.GetUtcNow(), pass, false));
        }
    }

    public void Renew(Guid pass, IReadOnlyCollection<string> sessions) =>
        Replace(k => k.Error.Source is ValidationError.Verify or ValidationError.Shadow && sessions.Contains(k.Error.SessionId), k => k with { Pass = pass });

    public void CloseVerified(Guid pass, DateTimeOffset began)
    {
        Replace(k => k.Error.Source == ValidationError.Verify && k.Pass != pass, k => k with { Resolved = true });
        HashSet<string> differing;
        lock (_gate) differing = [.. _kept.Where(k => !k.Resolved && k.Error.Source == ValidationError.Verify).Select(k => k.Error.SessionId)];
        Replace(k => k.Error.Source == ValidationError.Shadow && k.Pass != pass && k.At < began && !differing.Contains(k.Error.SessionId), k => k with { Resolved = true });
    }

    public void CloseShadow(string sessionId) =>
        Replace(k => k.Error.Source == ValidationError.Shadow && k.Error.SessionId == sessionId, k => k with { Resolved = true });

    public ValidationErrors Newest(int limit, bool resolved, Func<string, SessionRow?> row)
    {
        Settle(row);
        lock (_gate) return new([.. _kept.Where(k => resolved || !k.Resolved).Reverse().Take(limit).Select(Shown)], _kept.Count(k => !k.Resolved));
    }

    public IReadOnlyList<KeptValidationError> Mismatches((string SessionId, string Field)? after, int limit, Func<string, SessionRow?> row)
    {
        Settle(row);
        lock (_gate)
            return
            [
                .. _kept.Where(k => !k.Resolved && k.Error.Source == ValidationError.Verify && (after is not { } place || Follows(k.Error, place)))
                    .OrderBy(k => k.Error.SessionId, StringComparer.Ordinal).ThenBy(k => k.Error.Field, StringComparer.Ordinal).Take(limit).Select(Shown),
            ];
    }

    private static bool Follows(ValidationError error, (string SessionId, string Field) place) =>
        (string.CompareOrdinal(error.SessionId, place.SessionId), string.CompareOrdinal(error.Field, place.Field)) is ( > 0, _) or (0, > 0);

    private static KeptValidationError Shown(Kept kept) => new(kept.Error, kept.At, kept.Resolved);

    private void Settle(Func<string, SessionRow?> row) => Replace(k => Settled(k.Error, row(k.Error.SessionId)), k => k with { Resolved = true });

    /// <summary>The session was deleted since, or its document holds a fitting value by now.</summary>
    private static bool Settled(ValidationError error, SessionRow? now)
    {
        if (now is { Live: false } && now.Version > error.Version) return true;
        if (error.Source != ValidationError.DualWrite || error.Rule != ValidationError.Type) return false;
        if (now?.Document is not { } document) return true;
        using var json = document.Parse();
        SessionDocument.FromLegacy(error.SessionId, json.RootElement, out var misfits);
        return misfits.All(m => m.Field.Name != error.Field);
    }

    private void Replace(Predicate<Kept> open, Func<Kept, Kept> change)
    {
        lock (_gate)
            for (var i = 0; i < _kept.Count; i++)
                if (!_kept[i].Resolved && open(_kept[i]))
                    _kept[i] = change(_kept[i]);
    }
}
