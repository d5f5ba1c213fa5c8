using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.Silo.Tests.Legacy;

/// <summary>Times and enum values as Python spells them.</summary>
public sealed class SpellingTests
{
    public static TheoryData<string, string> Spellings() => new()
    {
        { "naive", "lower" }, { "offset", "upper" }, { "z", "repr" }, { "rfc1123", "lower" }, { "epoch", "upper" }, { "epoch_ms", "repr" },
    };

    [Theory]
    [MemberData(nameof(Spellings))]
    public async Task Every_spelling_means_the_same_session_and_survives_a_round_trip(string timestamps, string enums)
    {
        const int Count = 25;
        await using var plain = await GaiaHomeProcess.StartAsync(["--seed", $"{Count}"]);
        await using var spelled = await GaiaHomeProcess.StartAsync(["--seed", $"{Count}", "--timestamps", timestamps, "--enums", enums]);
        await using var reference = new LegacyClient(plain.Url);
        await using var client = new LegacyClient(spelled.Url);
        for (var n = 1; n <= Count; n++)
        {
            var id = $"session-{n:000000}";
            var expected = await reference.Sessions.Get(id, default);
            var before = await client.Sessions.Get(id, default);
            Assert.Empty(before.Misfits);
            // RFC 1123 has whole seconds; nothing else may be lost.
            var lost = before.Diff(expected).Differences;
            Assert.True(timestamps == "rfc1123" ? lost.All(d => d.Rule == "timestamp") : lost.Count == 0, string.Join("; ", lost));

            var applied = Assert.IsType<LegacyAnswer.Applied>(await client.Sessions.Put(id, before.Document!, exists: true, default));
            var after = await client.Sessions.Get(id, default);
            Assert.Equal(applied.Hash, after.Hash);
            Assert.Empty(after.Diff(before).Differences);
            Assert.Equal(before.Field("legacy_shard"), after.Field("legacy_shard"));
            Assert.Equal(before.Field("tmux_pane"), after.Field("tmux_pane"));
            Assert.Equal(before.Field("metadata"), after.Field("metadata"));
        }
    }
}
