using CsCheck;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway.Rollouts;

namespace GaiaOrleans.Gateway.Tests.Rollouts;

public sealed class SplitRuleTests
{
    private static readonly Gen<string> Ids = Gen.OneOf(Gen.Guid.Select(g => g.ToString()), Gen.String[1, 255], Gen.Int[0, 1_000_000].Select(i => $"session-{i}"));
    private static readonly Gen<decimal> Percentages = Gen.Int[0, 10_000].Select(p => p / 100m);

    private static Side SideAt(string id, decimal percentage, long salt = 0) => SplitRule.SideOf(id, Some.Rollout(percentage: percentage, salt: salt));

    [Fact]
    public void Raising_the_percentage_moves_sessions_to_the_target_only() =>
        Gen.Select(Ids, Percentages, Percentages, Gen.Long).Sample((id, one, other, salt) =>
            SideAt(id, Math.Min(one, other), salt) == Side.Python || SideAt(id, Math.Max(one, other), salt) == Side.Go);

    [Fact]
    public void Up_and_down_again_in_any_steps_never_moves_a_session_the_wrong_way() =>
        Gen.Select(Ids.Array[20], Percentages.Array[2, 12]).Sample((ids, steps) =>
        {
            var walk = (decimal[])[0, .. steps.Order(), 100, .. steps.OrderDescending(), 0];
            for (var i = 1; i < walk.Length; i++)
                foreach (var id in ids)
                    if (SideAt(id, walk[i - 1]) is var before && SideAt(id, walk[i]) is var after && before != after)
                        Assert.Equal(walk[i] > walk[i - 1] ? Side.Go : Side.Python, after);
        });

    [Fact]
    public void Only_the_id_the_salt_and_the_percentage_decide() =>
        Gen.Select(Ids, Percentages, Gen.Long, Gen.Long[1, 1_000], Gen.Enum<RolloutPhase>(), Gen.Bool).Sample((id, percentage, salt, epoch, phase, enabled) =>
        {
            var plain = Some.Rollout(percentage: percentage, salt: salt);
            var other = plain with { Epoch = epoch, Incarnation = epoch, Generation = epoch, Phase = phase, DualWrite = plain.DualWrite with { Enabled = enabled }, Paused = "x", UpdatedBy = "y" };
            return SplitRule.SideOf(id, plain) == SplitRule.SideOf(id, other) && SplitRule.SideOf(id, plain) == SplitRule.SideOf(new string(id), plain);
        });

    [Fact]
    public void Nobody_is_at_the_target_at_0_and_everybody_at_100() =>
        Gen.Select(Ids, Gen.Long).Sample((id, salt) => SideAt(id, 0, salt) == Side.Python && SideAt(id, 100, salt) == Side.Go);

    [Fact]
    public void A_hundredth_of_a_percent_is_exactly_one_bucket() =>
        Gen.Select(Ids, Gen.Int[0, SplitRule.Buckets - 1]).Sample((id, buckets) => (SideAt(id, buckets / 100m) == Side.Go) == SplitRule.BucketOf(id, 0) < buckets);

    [Theory]
    [InlineData("00000000-0000-7000-8000-{0:D12}")]
    [InlineData("session-{0}")]
    [InlineData("user/{0}/größe")]
    public void The_share_is_the_percentage_within_three_tenths(string shape)
    {
        const int count = 100_000;
        var buckets = Enumerable.Range(0, count).Select(i => SplitRule.BucketOf(string.Format(System.Globalization.CultureInfo.InvariantCulture, shape, i), 0)).ToList();
        foreach (var percentage in (decimal[])[0.5m, 1, 10, 25, 33.33m, 50, 75, 90, 99])
            Assert.InRange(100m * buckets.Count(b => b < percentage * 100) / count, percentage - 0.3m, percentage + 0.3m);
    }

    [Fact]
    public void Another_salt_is_another_order()
    {
        var ids = Enumerable.Range(0, 1_000).Select(i => $"s-{i}").ToList();
        Assert.InRange(ids.Count(id => SideAt(id, 50, 1) == SideAt(id, 50, 2)), 400, 600);
    }

    [Fact]
    public void Deciding_allocates_nothing()
    {
        var state = Some.Rollout(percentage: 50);
        var go = 0;
        void Decide()
        {
            for (var i = 0; i < 1_000; i++) go += SplitRule.SideOf("0195f3c0-7e3a-7cc4-9f3e-3a9a5c1d2e4f", state) == Side.Go ? 1 : 0;
        }

        Decide();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Decide();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(go is 0 or 2_000);
    }
}
