using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Legacy;

namespace GaiaOrleans.Grains.Sessions;

/// <summary>What is made of legacy's answers to sends.</summary>
public sealed partial class SessionGrain
{
    // Of changes that legacy lacks: once it lacks none, whoever has seen to that, it begins anew.
    private RefusedSends? _refused;

    /// <summary>The version that was to be sent when the session was found gone, too late to make it anew; 0 = it was not.</summary>
    private long _gone;

    /// <summary>Legacy is believed to have the session.</summary>
    private bool Expected => _row.LegacyHash is not null && _gone != _row.Version;

    /// <summary>Finding the session gone may have taken what an attempt has of its lease, each time: then the next one does not look for it first.</summary>
    private bool FoundGoneTooLate(long version)
    {
        if (!TooLate()) return false;
        _gone = version;
        return true;
    }

    private Task<LegacyRead> Look(CancellationToken cancellationToken) => Look(Expected, cancellationToken);

    /// <summary>What legacy has now.</summary>
    /// <param name="exists">Whoever asks has reason to believe that it has the session.</param>
    /// <inheritdoc cref="ILegacySessions.Get" path="/exception"/>
    private async Task<LegacyRead> Look(bool exists, CancellationToken cancellationToken)
    {
        var found = await legacy.Get(Id, exists, cancellationToken);
        if (found.Document is not null) _gone = 0;
        return found;
    }

    /// <summary>What legacy answered to a send of <paramref name="version"/>, in memory at once and in the store when it gets to it.</summary>
    private void Note(long version, LegacyAnswer answer)
    {
        Suspect(answer);
        if (version == _row.Version || answer is LegacyAnswer.Applied) answer = Judge(answer);
        if (answer is LegacyAnswer.Applied) _gone = 0;
        _row = SessionRules.Acknowledge(_row, version, answer, SessionTimestamp.Cut(time.GetUtcNow()), Random.Shared.NextDouble());
        NoteAnswer();
        _row = _row with { Log = [] };
        // Once per version: a hundred retries of one change are one trouble.
        if (answer is not LegacyAnswer.Applied && _foreign is null && _row.Attempts == 1) Report(answer, "send", version);
    }

    /// <summary>What an answer comes to after those before it.</summary>
    private LegacyAnswer Judge(LegacyAnswer answer)
    {
        (var judged, _refused) = RefusedSends.Judge(_refused, answer, options.Value.LastingRefusal, time.GetElapsedTime(0));
        return judged;
    }

    private void Report(LegacyAnswer answer, string operation, long version)
    {
        var (code, message) = answer switch
        {
            LegacyAnswer.Rejected r => (LegacyTrouble.Rejected, $"{r.Status}: {r.Body}"),
            LegacyAnswer.Failed f => (f.Code, f.Reason),
            LegacyAnswer.Unknown u => (u.Code, u.Reason),
            LegacyAnswer.Gone => (LegacyTrouble.Gone, "it was deleted there"),
            _ => throw new InvalidOperationException($"{answer} is not a failure."),
        };
        store.Report(new(Id, Side.Python.Wire(), operation, code, message, _row.Attempts, version));
    }
}
