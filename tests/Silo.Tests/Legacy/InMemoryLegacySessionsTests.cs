using GaiaOrleans.Grains.Legacy;

namespace GaiaOrleans.Silo.Tests.Legacy;

public sealed class InMemoryLegacySessionsTests : LegacySessionsFacts
{
    private readonly InMemoryLegacySessions _legacy = new();

    protected override ILegacySessions Legacy => _legacy;

    protected override ILegacySessions Reopened() => _legacy;

    protected override ILegacySessions WithDirectWriters()
    {
        _legacy.OthersWrite = true;
        return _legacy;
    }

    protected override Task Remove(string id)
    {
        _legacy.Remove(id);
        return Task.CompletedTask;
    }

    protected override Task Seed(string id, string json)
    {
        _legacy.Seed(id, json);
        return Task.CompletedTask;
    }

    protected override Task GoDown()
    {
        _legacy.Down = true;
        return Task.CompletedTask;
    }

    protected override Task ComeBack()
    {
        _legacy.Down = false;
        return Task.CompletedTask;
    }

    protected override Task LoseTheNextAnswer() => Once(new LegacyAnswer.Unknown("connection_lost", "lost"), applied: true);

    protected override Task RefuseTheNextWrite() => Once(new LegacyAnswer.Rejected(422, "refused"), applied: false);

    private Task Once(LegacyAnswer answer, bool applied)
    {
        _legacy.ApplyDespiteFault = applied;
        _legacy.Fault = _ =>
        {
            _legacy.Fault = null;
            return answer;
        };
        return Task.CompletedTask;
    }
}
