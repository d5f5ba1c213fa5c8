using System.IO.Pipelines;
using GaiaOrleans.Client.Http;
using Microsoft.Extensions.Time.Testing;

namespace GaiaOrleans.Client.Tests.Http;

public sealed class HeardStreamTests
{
    [Fact]
    public async Task One_that_says_nothing_more_ends_and_one_that_speaks_goes_on()
    {
        var (time, pipe) = (new FakeTimeProvider(), new Pipe());
        await using var stream = new HeardStream(pipe.Reader.AsStream(), TimeSpan.FromMinutes(2), time);
        var buffer = new byte[10];
        for (var i = 0; i < 3; i++)
        {
            var read = stream.ReadAsync(buffer);
            time.Advance(TimeSpan.FromSeconds(119));
            await pipe.Writer.WriteAsync(new byte[] { 1 });
            Assert.Equal(1, await read);
        }

        var silent = stream.ReadAsync(buffer);
        time.Advance(TimeSpan.FromSeconds(121));
        Assert.Equal("nothing was heard for 120 s", (await Assert.ThrowsAsync<SilenceException>(async () => await silent)).Message);
    }
}
