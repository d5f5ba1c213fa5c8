using System.Text.Json;
using GaiaOrleans.Grains.Legacy;

namespace GaiaOrleans.Silo.Legacy;

/// <summary>
/// Whether it is GAIA_HOME that answers. A proxy that has lost its route says 404 of every session, with nothing or in JSON as GAIA_HOME does: taken for its word that
/// would delete each session that is looked for. So of one that GAIA_HOME had a 404 is believed only after this.
/// </summary>
internal sealed class LegacyRoute(LegacyChannel channel, LegacyAddresses addresses, LegacyHabits habits, TimeProvider time)
{
    // More than one, for each may be deleted meanwhile.
    private const int Remembered = 4, Listed = 10;
    private const long Never = long.MinValue;
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly List<string> _found = [];
    private long _foundAt = Never;
    private Task? _trusting;

    /// <summary>This session was found at its address.</summary>
    public void Remember(string id)
    {
        Volatile.Write(ref _foundAt, time.GetTimestamp());
        Suggest(id, instead: true);
    }

    /// <summary>This one may be there: a silo that only creates, or lists, finds none.</summary>
    public void Suggest(string id) => Suggest(id, instead: false);

    /// <summary>
    /// Of a session that GAIA_HOME is not known to have: what it is told by is asked for once a second, and not for each of them. That a list is slow is no doubt here, for
    /// making one may take long, and a proxy without a route is quick.
    /// </summary>
    /// <inheritdoc cref="Prove" path="/exception"/>
    public Task Trust(string absent, CancellationToken cancellationToken)
    {
        var at = Volatile.Read(ref _foundAt);
        if (at == Never || time.GetElapsedTime(at) < Fresh) return Task.CompletedTask;
        lock (_gate)
        {
            if (_trusting is not { IsCompleted: false }) _trusting = ProveForAll(absent);
            return _trusting.WaitAsync(cancellationToken);
        }
    }

    private async Task ProveForAll(string absent)
    {
        // Others than the session that asked first wait for it.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await Prove(absent, CancellationToken.None);
        }
        catch (LegacyTroubleException e) when (e.Code == LegacyTrouble.TimedOut)
        {
            // As above.
        }

        Volatile.Write(ref _foundAt, time.GetTimestamp());
    }

    /// <summary>Returns when another session is found at its address; also where GAIA_HOME lists none that could be, or does not show its list in words of its own.</summary>
    /// <exception cref="LegacyTroubleException">None is, or nobody answers.</exception>
    public async Task Prove(string absent, CancellationToken cancellationToken)
    {
        foreach (var id in Others(absent))
            if (await Finds(id, cancellationToken)) return;
        // Past the circuit: one that makes its whole list is slow with that, and well.
        var list = await channel.Look(HttpMethod.Get, addresses.List(habits.Query(Listed)), cancellationToken);
        // A list that is too long is there.
        if (list is { Success: true, Body: null }) return;
        if ((LegacyHabits.NoAnswerYet(list) ?? (list.Status == 404 ? LegacyTrouble.Unavailable : null)) is { } code)
            throw Doubted(code, $"{list.Status} {list.Location}{list.Text} of its own list at {addresses.Sessions.AbsolutePath}");
        if (!await Shows(list, absent, cancellationToken)) throw Doubted(LegacyTrouble.Unavailable, "does not find those that it lists");
    }

    /// <summary>False = it lists others, and none of them is found.</summary>
    private async Task<bool> Shows(LegacyReply list, string absent, CancellationToken cancellationToken)
    {
        using var json = list.Success ? list.Json(deep: true) : null;
        if (json is null || ListAnswer.Of(json.RootElement) is not { } answer) return true;
        await habits.LearnFrom(answer, cancellationToken);
        var others = answer.Records.Where(r => r.Record.ValueKind == JsonValueKind.Object).Select(r => habits.IdOf(r.Key, r.Record)).OfType<string>().Where(id => id != absent).ToList();
        foreach (var id in others.Take(Listed))
            if (await Finds(id, cancellationToken)) return true;
        return others.Count == 0;
    }

    private async Task<bool> Finds(string id, CancellationToken cancellationToken)
    {
        try
        {
            var reply = await channel.Read(addresses.Session(id), cancellationToken);
            using var json = reply.Status == 200 ? reply.Json() : null;
            if (json is not null && habits.SessionIn(json.RootElement, id) is not null)
            {
                Remember(id);
                return true;
            }

            if (reply.Status == 404) Forget(id);
        }
        catch (LegacyTroubleException) when (!cancellationToken.IsCancellationRequested)
        {
            // It may be this session's alone.
        }

        return false;
    }

    private void Suggest(string id, bool instead)
    {
        lock (_gate)
        {
            if (_found.Contains(id) || (_found.Count == Remembered && !instead)) return;
            if (_found.Count == Remembered) _found.RemoveAt(0);
            _found.Add(id);
        }
    }

    private void Forget(string id)
    {
        lock (_gate) _found.Remove(id);
    }

    private static LegacyTroubleException Doubted(string code, string why) =>
        new(code, $"GAIA_HOME has answered 404, and {why}: does Legacy:BaseUrl lead to its sessions, through every proxy?", sent: false);

    private string[] Others(string id)
    {
        lock (_gate) return [.. _found.Where(found => found != id)];
    }
}
