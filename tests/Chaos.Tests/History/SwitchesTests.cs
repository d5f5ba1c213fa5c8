using GaiaOrleans.Chaos.History;

namespace GaiaOrleans.Chaos.Tests.History;

public sealed class SwitchesTests
{
    [Fact]
    public void Dual_write_may_be_off_from_the_request_until_one_to_turn_it_on_that_was_made_afterwards_has_been_done()
    {
        var switches = new Switches();
        Assert.False(switches.MayBeOff(0, 1_000));
        switches.Add(on: false, asked: 100, returned: 200, done: false);
        // Made beside it, it may have come first; and of one that was not answered nobody knows.
        switches.Add(on: true, asked: 150, returned: 250, done: true);
        switches.Add(on: true, asked: 260, returned: 270, done: false);
        Assert.True(switches.MayBeOff(300, 1_000));
        switches.Add(on: true, asked: 400, returned: 500, done: true);
        Assert.False(switches.MayBeOff(0, 99));
        Assert.True(switches.MayBeOff(0, 100));
        Assert.True(switches.MayBeOff(500, 600));
        Assert.False(switches.MayBeOff(501, 600));
    }
}
