namespace GaiaOrleans.EndToEnd.Tests.Rollouts;

/// <summary>The judge is judged: a check that never finds anything would pass as well.</summary>
public sealed class FenceCheckTests
{
    private static readonly Returned[] Changes = [new(5, 100), new(6, 200)];

    [Theory]
    [InlineData(201, 5, 1)]
    [InlineData(201, 6, 0)]
    [InlineData(199, 5, 0)]
    [InlineData(101, 4, 1)]
    [InlineData(99, 4, 0)]
    public void An_answer_is_too_old_when_it_was_asked_for_after_the_change(long sent, long epoch, int found) =>
        Assert.Equal(found, FenceCheck.OldAnswers([Answer(sent, sent + 50, epoch)], Changes).Count());

    [Fact]
    public void An_answer_that_was_on_its_way_is_counted_and_proves_nothing()
    {
        var overtaken = Answer(sent: 190, received: 250, epoch: 5);
        Assert.Empty(FenceCheck.OldAnswers([overtaken], Changes));
        Assert.Equal(1, FenceCheck.Overtaken([overtaken], Changes));
    }

    [Theory]
    [InlineData(7, 8, 1)]
    [InlineData(8, 7, 0)]
    public void A_commit_is_late_when_a_change_sent_after_the_fence_came_before_it(long versionOfNewer, long versionOfOlder, int found)
    {
        var older = Answer(sent: 190, received: 300, epoch: 5, write: true, version: versionOfOlder);
        var newer = Answer(sent: 201, received: 250, epoch: 6, write: true, version: versionOfNewer);
        Assert.Equal(found, FenceCheck.LateCommits([older, newer], Changes).Count());
    }

    private static Seen Answer(long sent, long received, long epoch, bool write = false, long? version = null) =>
        new("gateway", "id", write, sent, received, 200, epoch, version, "");
}
