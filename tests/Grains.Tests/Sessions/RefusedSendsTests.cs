using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Tests.Sessions;

/// <summary>A 409 is sent again until it has lasted.</summary>
public sealed class RefusedSendsTests
{
    private static readonly TimeSpan Lasting = TimeSpan.FromMinutes(1);
    private static readonly LegacyAnswer.Rejected Refusal = new(409, "locked");
    private static readonly LegacyAnswer Locked = new LegacyAnswer.Failed("rejected", "locked") { IfItLasts = Refusal };
    private static readonly LegacyAnswer Down = new LegacyAnswer.Failed("unavailable", "down");

    private RefusedSends? _refused;

    [Fact]
    public void It_is_legacys_word_after_eight_within_a_minute_or_more()
    {
        for (var i = 0; i < 7; i++) Assert.Same(Locked, Judge(1, Locked, 10 * i));
        Assert.Same(Refusal, Judge(1, Locked, 70));
        Assert.Same(Refusal, Judge(1, Locked, 100));
    }

    [Fact]
    public void Many_within_less_are_one_lock()
    {
        for (var i = 0; i < 100; i++) Assert.Same(Locked, Judge(1, Locked, 59));
        Assert.Same(Locked, Judge(1, Locked, 118));
        Assert.Same(Refusal, Judge(1, Locked, 119));
    }

    [Fact]
    public void A_few_are_not_enough_however_long_it_is()
    {
        for (var i = 0; i < 7; i++) Assert.Same(Locked, Judge(1, Locked, 3_600 * i));
    }

    [Fact]
    public void Each_change_has_its_own()
    {
        for (var i = 0; i < 7; i++) Judge(1, Locked, 10 * i);
        Assert.Same(Locked, Judge(2, Locked, 200));
    }

    [Fact]
    public void What_is_no_refusal_stays_what_it_is_and_counts_for_none()
    {
        foreach (var other in new[] { Down, new LegacyAnswer.Applied("hash"), new LegacyAnswer.Gone(), new LegacyAnswer.Unknown("timeout", "lost"), new LegacyAnswer.Rejected(422, "no") })
            for (var i = 0; i < 10; i++) Assert.Same(other, Judge(1, other, 60 * i));
        Assert.Null(_refused);
    }

    private LegacyAnswer Judge(long version, LegacyAnswer answer, double seconds)
    {
        (var judged, _refused) = RefusedSends.Judge(_refused, version, answer, Lasting, TimeSpan.FromSeconds(seconds));
        return judged;
    }
}
