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
        for (var i = 0; i < 7; i++) Assert.Same(Locked, Judge(Locked, 10 * i));
        Assert.Same(Refusal, Judge(Locked, 70));
        // Somebody has decided, and what is sent then meets a lock of its own.
        Assert.Same(Locked, Judge(Locked, 100));
    }

    [Fact]
    public void Many_within_less_are_one_lock()
    {
        for (var i = 0; i < 100; i++) Assert.Same(Locked, Judge(Locked, 59));
        Assert.Same(Locked, Judge(Locked, 118));
        Assert.Same(Refusal, Judge(Locked, 119));
    }

    [Fact]
    public void A_few_are_not_enough_however_long_it_is()
    {
        for (var i = 0; i < 7; i++) Assert.Same(Locked, Judge(Locked, 3_600 * i));
    }

    [Fact]
    public void What_is_taken_ends_it()
    {
        for (var i = 0; i < 7; i++) Judge(Locked, 10 * i);
        Judge(new LegacyAnswer.Applied("hash"), 65);
        Assert.Same(Locked, Judge(Locked, 70));
    }

    [Fact]
    public void What_is_no_refusal_stays_what_it_is_and_counts_for_none()
    {
        foreach (var other in new[] { Down, new LegacyAnswer.Applied("hash"), new LegacyAnswer.Gone(), new LegacyAnswer.Unknown("timeout", "lost"), new LegacyAnswer.Rejected(422, "no") })
            for (var i = 0; i < 10; i++) Assert.Same(other, Judge(other, 60 * i));
        Assert.Null(_refused);
    }

    private LegacyAnswer Judge(LegacyAnswer answer, double seconds)
    {
        (var judged, _refused) = RefusedSends.Judge(_refused, answer, Lasting, TimeSpan.FromSeconds(seconds));
        return judged;
    }
}
