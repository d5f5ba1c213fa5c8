using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Tests.Sessions;

/// <summary>Chaos, seed 1020: an attempt that a partition had held up for thirteen seconds came after forty other changes, and was made once more.</summary>
public sealed class RequestKeyTests
{
    private static readonly WriteContext First = new(1, RequestId: Guid.NewGuid(), SentAt: Some.Now);

    [Theory]
    [InlineData(1, 0.9, false)]
    [InlineData(1, 1.1, true)]
    [InlineData(1, 13, true)]
    [InlineData(1, -13, false)]
    [InlineData(2, 0, true)]
    public void What_was_asked_again_or_held_up_goes_by_its_own_id(int attempt, double seconds, bool keyed)
    {
        var context = RequestKey.Keyed(First with { Attempt = attempt }, Some.Now.AddSeconds(seconds));
        Assert.Equal(keyed, RequestKey.IsOwn(context.IdempotencyKey));
        Assert.Equal(keyed, context.IdempotencyKey is not null);
    }

    [Fact]
    public void All_attempts_of_a_request_go_by_the_same_and_those_of_another_by_another()
    {
        var (second, late) = (RequestKey.Keyed(First with { Attempt = 2 }, null), RequestKey.Keyed(First, Some.Now.AddSeconds(13)));
        Assert.Equal(second.IdempotencyKey, late.IdempotencyKey);
        Assert.NotEqual(second.IdempotencyKey, RequestKey.Keyed(First with { Attempt = 2, RequestId = Guid.NewGuid() }, null).IdempotencyKey);
    }

    [Fact]
    public void A_clients_key_stays_and_without_an_id_or_a_time_there_is_none()
    {
        var later = Some.Now.AddSeconds(13);
        Assert.Equal("k", RequestKey.Keyed(First with { Attempt = 2, IdempotencyKey = "k" }, later).IdempotencyKey);
        Assert.False(RequestKey.IsOwn("k"));
        Assert.False(RequestKey.IsOwn(null));
        Assert.Null(RequestKey.Keyed(First with { Attempt = 2, RequestId = Guid.Empty }, later).IdempotencyKey);
        Assert.Null(RequestKey.Keyed(First with { SentAt = null }, later).IdempotencyKey);
        Assert.Null(RequestKey.Keyed(First, null).IdempotencyKey);
    }
}
