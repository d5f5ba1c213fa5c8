using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Silo.Postgres.Sessions;

namespace GaiaOrleans.Postgres.Tests.Sessions;

public sealed class SentBytesTests
{
    [Fact]
    public void What_was_written_is_read_again()
    {
        SentDocument[] sends =
        [
            new("0123456789abcdef0123456789abcdef", 1, new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero), Guid.NewGuid(), 201), new("", long.MaxValue, DateTimeOffset.MaxValue),
            new(SentDocument.Forgotten, 0, DateTimeOffset.MinValue, Guid.Empty, 204), new("☃", -1, Some.Now.AddTicks(1)),
            new("fedcba9876543210", 2, Some.Now, Unanswered: true), new("", 3, Some.Now, Unanswered: true),
        ];
        for (var n = 1; n <= sends.Length; n++) Assert.Equal(sends[..n], SentBytes.Read(SentBytes.Of([.. sends[..n]])));
    }

    [Fact]
    public void Nothing_takes_no_bytes()
    {
        Assert.Null(SentBytes.Of([]));
        Assert.Empty(SentBytes.Read(null));
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 2, 0 })]
    public void A_form_of_a_newer_build_is_named(byte[] bytes) => Assert.Contains("does not know", Assert.Throws<InvalidDataException>(() => SentBytes.Read(bytes)).Message, StringComparison.Ordinal);

    /// <summary>Thirty-two requests and four hashes: with a document of ordinary size it stays below the two kilobytes from which PostgreSQL compresses a row.</summary>
    [Fact]
    public void A_busy_sessions_memory_is_small()
    {
        var sends = Enumerable.Range(0, 32).Select(n => new SentDocument(n < 28 ? SentDocument.Forgotten : new string('a', 32), n, Some.Now, Guid.NewGuid(), 200));
        Assert.InRange(SentBytes.Of([.. sends])!.Length, 1_000, 1_400);
    }
}
