using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Tests.Model;

/// <summary>Legacy as one activation sees it, at the other end of a slow network.</summary>
internal sealed class LegacyPort(World world, Activation activation) : ILegacySessions
{
    /// <summary>What was read, and not yet used up by a request that it allowed.</summary>
    private Sight? _sight;
    private long _lastVersion;
    private int _under;

    /// <summary>What legacy showed this activation last.</summary>
    public LegacyRead? Seen { get; private set; }

    public bool SeenByOthers { get; private set; }

    public bool OthersWrite => world.OthersWrite;

    public IReadOnlySet<string> Stamped => SessionField.Stamped;

    public string Circuit => "closed";

    public bool Refuses => false;

    public Task<string> IdMember(CancellationToken cancellationToken) => throw new NotSupportedException();

    public string? KnownIdMember => SessionField.Id;

    /// <summary>A call that has nothing under way starts without having seen anything.</summary>
    public void Forget()
    {
        if (_under == 0) _sight = null;
    }

    public Task<LegacyRead> Get(string id, bool exists, CancellationToken cancellationToken)
    {
        if (activation.Dead) return Activation.Never<LegacyRead>();
        var weather = world.Weather;
        if (weather.LegacyUnreadable) throw new LegacyUnavailableException("no answer");
        var sight = world.Legacy.Look(id);
        var read = world.Legacy.Read(id);
        _under++;
        return activation.Later(TimeSpan.FromMilliseconds(weather.ReadMs), () =>
        {
            _under--;
            _sight = sight;
            (Seen, SeenByOthers) = (read, sight.ByOthers);
            NoteEcho(read);
            return read;
        });
    }

    public Task<LegacyAnswer> Put(string id, SessionDocument document, bool exists, CancellationToken cancellationToken) => Send(id, document, exists);

    public Task<LegacyAnswer> Delete(string id, CancellationToken cancellationToken) => Send(id, null, false);

    public LegacyRead Understand(string id, byte[] raw) => throw new NotSupportedException("Runs are not modelled.");

    public Task<LegacyPage> List(string? cursor, CancellationToken cancellationToken) => throw new NotSupportedException("Runs are not modelled.");

    public Task<bool> Ping(CancellationToken cancellationToken) => throw new NotSupportedException("Sessions do not ask.");

    /// <summary>The request leaves at once, arrives and is answered after its delay, whether or not its sender still lives.</summary>
    private Task<LegacyAnswer> Send(string id, SessionDocument? document, bool exists)
    {
        if (activation.Dead) return Activation.Never<LegacyAnswer>();
        var weather = world.Weather;
        var (version, key) = Meant(document);
        var shipment = new Shipment(id, document, version, key, exists, weather.Fate, _sight, activation.Row);
        _sight = null;
        if (world.Store.Objection(shipment) is { } objection) throw world.Events.Found(objection);
        if (version > _lastVersion + 1 && _lastVersion > 0) world.Corners.Visit("coalesced");
        _lastVersion = version;
        var answered = new TaskCompletionSource<LegacyAnswer>();
        _under++;
        world.Events.After(TimeSpan.FromMilliseconds(weather.DelayMs), () =>
        {
            var answer = world.Legacy.Receive(shipment);
            _under--;
            if (activation.Dead) world.Corners.Visit("late arrival");
            // Either answer says what is there now.
            if (answer is LegacyAnswer.Applied or LegacyAnswer.Gone) _sight = world.Legacy.Look(id);
            if (answer is LegacyAnswer.Gone)
            {
                (Seen, SeenByOthers) = (LegacyRead.Absent, _sight!.ByOthers);
            }

            if (!activation.DiesAt(CrashPoint.AfterAnswer, weather.Crash)) answered.SetResult(answer);
        });
        activation.DiesAt(CrashPoint.InFlight, weather.Crash);
        return answered.Task;
    }

    /// <summary>The version and the key of what is sent; an intent counts as the version that it will become.</summary>
    private (long Version, string? Key) Meant(SessionDocument? document)
    {
        foreach (var row in activation.Rows.Reverse())
            if (row.Intent is { } intent && ReferenceEquals(intent.Document, document)) return (row.Version + 1, intent.Key);
            else if (ReferenceEquals(row.Document, document)) return (row.Version, row.Keys.LastOrDefault(k => k.Version == row.Version)?.Key);
        throw world.Events.Found(new("no commit, no send", "a document was sent that this activation never stored"));
    }

    private void NoteEcho(LegacyRead read)
    {
        var print = read.Print();
        if (OthersWrite && read.Hash != activation.Row.LegacyHash && SentDocument.HashOf(activation.Row.Document, SessionField.Stamped) != print && activation.Row.RecentSends.Any(s => s.Hash == print))
            world.Corners.Visit("echo under direct writers");
    }
}
