using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Sessions;

namespace GaiaOrleans.Gateway.Tests.Problems;

public sealed class BegunTests
{
    [Fact]
    public async Task What_is_refused_after_something_was_stored_is_not_said_to_have_changed_nothing()
    {
        var told = await Assert.ThrowsAsync<ChangeUnknownException>(() => Begun.Rest("it is decided", () => throw new StorageUnavailableException("gone")));
        Assert.True(told.MayHaveTakenEffect);
        Assert.Contains("it is decided: gone", told.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_says_so_itself_and_what_is_no_refusal_stay_what_they_are()
    {
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => Begun.Rest("", () => throw new OutcomeUnknownException("a", "lost")));
        await Assert.ThrowsAsync<OperationCanceledException>(() => Begun.Rest("", () => throw new OperationCanceledException()));
        Assert.Equal(7, await Begun.Rest("", () => Task.FromResult(7)));
    }
}
