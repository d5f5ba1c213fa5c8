using System.Collections.Immutable;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Postgres.Tests.Sessions;

public abstract partial class SessionStoreFacts
{
    private static readonly string[] Computed = [nameof(SessionRow.Live), nameof(SessionRow.Pending), nameof(SessionRow.InSync), nameof(SessionRow.Disputed), nameof(SessionRow.Log), nameof(SessionRow.Inherited), nameof(SessionRow.LateFor)];

    public static TheoryData<string> Documents => new()
    {
        "{}",
        // every kind of field
        """
        {"session_name":"a","user_id":"u","tier":"manager","provider":"codex","status":"busy","lesson_id":"l","time_window_start":"2026-01-31T12:00:00Z",
         "time_window_end":"2026-01-31T12:00:00.123456Z","last_heartbeat":"1969-12-31T23:59:59.999999Z","health_status":"degraded","consecutive_failures":-2147483648,
         "max_concurrent_tasks":2147483647,"current_task_count":0,"metadata":{"b":[1,2.5,{"z":null,"a":true}],"a":{}},"created_at":"0001-01-01T00:00:00Z",
         "updated_at":"9999-12-31T23:59:59.999999Z"}
        """,
        // explicit nulls in every column
        """
        {"session_name":null,"user_id":null,"tier":null,"provider":null,"status":null,"lesson_id":null,"time_window_start":null,"time_window_end":null,"last_heartbeat":null,
         "health_status":null,"consecutive_failures":null,"max_concurrent_tasks":null,"current_task_count":null,"metadata":null,"created_at":null,"updated_at":null}
        """,
        // misfits in every column
        """
        {"session_name":7,"user_id":[],"tier":"emperor","provider":{},"status":false,"lesson_id":1.5,"time_window_start":"tomorrow","time_window_end":true,
         "last_heartbeat":"2026-13-01T00:00:00Z","health_status":"","consecutive_failures":2147483648,"max_concurrent_tasks":"many","current_task_count":0.5,"metadata":"{}",
         "created_at":[],"updated_at":{"at":1}}
        """,
        // other spellings
        """{"tier":"Tier.WORKER","status":"ACTIVE","max_concurrent_tasks":"3","current_task_count":4.0,"last_heartbeat":1769860800.25,"created_at":"2026-01-31T12:00:00+02:00"}""",
        // unknown fields, around the known ones and named as the table's own columns are
        """{"zebra":1,"Ä":2,"aardvark":[[[]]],"version":9,"extra":{"extra":1},"deleted_at":"never","id_":"x","":"empty","status":"idle","commit_id":null}""",
        // unicode
        """{"session_name":"Ünïcode ☃ 𝄞 \u0001\u001f \"quoted\" \\ / \u2028 e\u0301","metadata":{"𝄞":"𝄞\t\n","{}":"','"},"user_id":"{1,2}","lesson_id":"","unknown ☃":"𝄞"}""",
        // numbers
        """{"metadata":{"a":1e2,"b":0.1,"c":12345678901234567890123,"d":1e-20,"e":-0.0,"f":1E+3},"x":123456789.123456789}""",
    };

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task A_document_comes_back_as_it_was_committed(string json)
    {
        var row = await Put(Some.Row("s-1", json));
        var loaded = (await Store.Load("s-1", None)).Row;
        Assert.Equal(RowText.Of(row), RowText.Of(loaded));
        Assert.Equal(row.Document!.Fingerprint(SessionField.Stamped), loaded.Document!.Fingerprint(SessionField.Stamped));
    }

    [Fact]
    public async Task A_large_document_comes_back()
    {
        var row = await Put(Some.Row("s-1", $$"""{"metadata":{"blob":"{{new string('☃', 350_000)}}"},"session_name":"{{new string('n', 100_000)}}"}"""));
        Assert.Equal(RowText.Of(row), RowText.Of((await Store.Load("s-1", None)).Row));
    }

    /// <summary>Legacy has not taken it yet, and may refuse it.</summary>
    [Fact]
    public async Task A_session_that_is_only_intended_is_none()
    {
        await Put(Some.Row("s-1") with
        {
            Version = 0,
            LegacyVersion = 0,
            Document = null,
            DeletedAt = Some.Now,
            Intent = new(Some.Document("s-1", "{}"), 201, null, null, Some.Now),
            PendingSince = Some.Now,
            NextAttemptAt = Some.Now,
        });
        var loaded = (await Store.Load("s-1", None)).Row;
        Assert.Equal((false, 0, true), (loaded.Live, loaded.Version, loaded.Intent is not null));
        Assert.Equal(0, (await Store.Count(None)).Live);
        Assert.Empty(await Store.List(null, 10, null, null, None));
    }

    [Fact]
    public async Task Every_property_of_a_row_comes_back()
    {
        var keys = Enumerable.Range(1, SessionRules.KeysKept + 1).Select(i => Some.Key($"k-{i}", long.MaxValue, age: 1000 - i)).ToArray();
        var row = Full() with { Keys = [], KeysTruncated = false };
        await Put(row, key: keys[0]);
        foreach (var key in keys[1..])
        {
            var next = row with { CommitId = Guid.NewGuid(), Keys = [.. keys.Take(Array.IndexOf(keys, key) + 1).TakeLast(SessionRules.KeysKept)], KeysTruncated = key == keys[^1] };
            row = await Put(next, row, key: key);
        }

        foreach (var property in typeof(SessionRow).GetProperties().Where(p => !Computed.Contains(p.Name) && p.Name != nameof(SessionRow.DeletedAt)))
            Assert.False(IsDefault(property.GetValue(row)), $"{property.Name} is not covered");
        Assert.Equal(RowText.Of(row), RowText.Of((await Store.Load(row.Id, None)).Row));

        // The queries see the same, without keys.
        var plain = RowText.Of(row with { Keys = [], KeysTruncated = false });
        Assert.Equal(row.Document!.Utf8, Assert.Single(await Store.Compared([row.Id], r => r.Document, None))!.Utf8);
        Assert.Equal(plain, RowText.Of(Assert.Single(await Store.List(null, 10, null, null, None)) with { Keys = [], KeysTruncated = false }));
        Assert.Equal(plain, RowText.Of(Assert.Single(await Store.ListBehind(10, None)) with { Keys = [], KeysTruncated = false }));
    }

    [Fact]
    public async Task The_intent_to_delete_comes_back()
    {
        var row = await Put(Some.Row("s-1") with { Intent = new(null, 204, null, null, Some.Now), PendingSince = Some.Now, NextAttemptAt = Some.Now });
        Assert.Equal(RowText.Of(row), RowText.Of((await Store.Load("s-1", None)).Row));
    }

    /// <summary>Times at the microsecond, text that JSON and SQL would like to touch.</summary>
    private static SessionRow Full()
    {
        var at = SessionTimestamp.Cut(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero).AddTicks(1_234_567));
        return new()
        {
            Id = "ß/'☃\\%",
            Version = long.MaxValue,
            LegacyVersion = 5_000_000_000,
            Document = Some.Document("ß/'☃\\%", """{"status":"idle","x":"☃"}"""),
            Intent = new(Some.Document("ß/'☃\\%", """{"status":"busy","metadata":{"b":1,"a":"☃"}}"""), 201, "key ☃", "request", at, Guid.NewGuid()),
            Generation = 1,
            LegacyHash = "0123456789abcdef",
            PendingSince = at.AddSeconds(-1),
            NextAttemptAt = at,
            Attempts = 7,
            RecentSends = [new("one", 1, at, Guid.NewGuid(), 201), new("", 2, at.AddSeconds(1)), new("☃", long.MaxValue, at.AddTicks(10))],
            Rejected = new(422, "<html>\"no\" ☃\r\n</html>", at),
            CommitId = Guid.NewGuid(),
            MigratedAt = at.AddDays(-400),
            MigratedFrom = "run",
            LeaseOwner = "silo-1",
            Conflict = new(Some.Document("ß/'☃\\%", """{"status":"paused","metadata":{"b":1,"a":"☃"}}"""), at.AddSeconds(3), ["status", "☃"]),
            Agreed = new(Some.Document("ß/'☃\\%", """{"status":"idle","metadata":{"b":[2,{"a":"☃"}],"a":null}}"""), "fedcba9876543210"),
        };
    }

    private static bool IsDefault(object? value) => value switch
    {
        null or 0 or 0L or false => true,
        Guid id => id == Guid.Empty,
        ImmutableArray<SentDocument> sends => sends.IsEmpty,
        ImmutableArray<KeyedOutcome> keys => keys.IsEmpty,
        _ => false,
    };
}
