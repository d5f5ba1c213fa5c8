using GaiaOrleans.Grains.Legacy;

namespace GaiaOrleans.Silo.Legacy;

/// <summary>
/// Whether it is GAIA_HOME that answers. A proxy that has lost its route says 404 of every session, with nothing or in JSON as GAIA_HOME does: taken for its word that
/// would delete each session that is looked for. So of one that GAIA_HOME had a 404 is believed only after this.
/// </summary>
internal sealed class LegacyRoute(LegacyChannel channel, LegacyAddresses addresses, LegacyHabits habits)
{
    // More than one, for each may be deleted meanwhile.
    private const int Remembered = 4;

    private readonly Lock _gate = new();
    private readonly List<string> _found = [];

    /// <summary>This session was found at its address.</summary>
    public void Remember(string id)
    {
        lock (_gate)
        {
            if (_found.Contains(id)) return;
            if (_found.Count == Remembered) _found.RemoveAt(0);
            _found.Add(id);
        }
    }

    /// <summary>Returns when another session is found, as some were before, or GAIA_HOME's list is.</summary>
    /// <exception cref="LegacyTroubleException">Neither is.</exception>
    public async Task Prove(string absent, CancellationToken cancellationToken)
    {
        foreach (var id in Others(absent))
            if (await Finds(id, cancellationToken)) return;
        // Past the circuit: one that makes its whole list is slow with that, and well.
        var list = await channel.Look(HttpMethod.Get, addresses.List(habits.Query(1)), cancellationToken);
        // A list that is too long is there, and so is what refuses in its own words to show one.
        var code = list is { Success: true, Body: null } ? null : LegacyHabits.NoAnswerYet(list) ?? (list.Status == 404 ? LegacyTrouble.Unavailable : null);
        if (code is null) return;
        throw new LegacyTroubleException(
            code,
            $"GAIA_HOME has answered 404, and {list.Status} {list.Location}{list.Text} to its own list at {addresses.Sessions.AbsolutePath}: does Legacy:BaseUrl lead to its sessions, through every proxy?",
            sent: false);
    }

    private async Task<bool> Finds(string id, CancellationToken cancellationToken)
    {
        try
        {
            var reply = await channel.Read(addresses.Session(id), cancellationToken);
            using var json = reply.Status == 200 ? reply.Json() : null;
            if (json is not null && habits.SessionIn(json.RootElement, id) is not null) return true;
        }
        catch (LegacyTroubleException) when (!cancellationToken.IsCancellationRequested)
        {
            // It may be this session's alone.
        }

        lock (_gate) _found.Remove(id);
        return false;
    }

    private string[] Others(string id)
    {
        lock (_gate) return [.. _found.Where(found => found != id)];
    }
}
