using System.Globalization;
using GaiaOrleans.Demo.Journals;

namespace GaiaOrleans.Demo.Clients;

/// <summary>One client: one request at a time, with a moment of thought between two.</summary>
internal sealed class Client(int number, int seed, OwnedSessions sessions, SessionReads reads, SessionWrites writes, Random random, TimeProvider time)
{
    private const double ThinkMs = 25;
    private int _counter;

    public async Task Run(CancellationToken quiet)
    {
        try
        {
            while (true)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(ThinkMs * 2 * random.NextDouble()), time, quiet);
                await Act();
            }
        }
        catch (OperationCanceledException) when (quiet.IsCancellationRequested)
        {
            // Quiet is asked for between two operations only: what was begun has been finished.
        }
    }

    private Task Act()
    {
        var dice = random.Next(100);
        var session = sessions.Pick();
        if (session is null || dice < 8)
            return Create();
        if (!session.Exists)
            return dice < 40 ? Recreate(session) : reads.Read(session);
        return dice switch
        {
            < 22 => Replace(session),
            < 36 => writes.Dual ? Patch(session) : Replace(session),
            < 41 => Delete(session),
            _ => reads.Read(session),
        };
    }

    private Task Create()
    {
        var (key, mark) = Next();
        var session = new OwnedSession($"demo-{key}", exists: false);
        sessions.Add(session);
        return writes.Write(session, HttpMethod.Post, Drafts.New(session.Id, mark, random, time.GetUtcNow()), mark, key);
    }

    private Task Recreate(OwnedSession session)
    {
        var (key, mark) = Next();
        return writes.Write(session, HttpMethod.Put, Drafts.New(session.Id, mark, random, time.GetUtcNow()), mark, key);
    }

    private async Task Replace(OwnedSession session)
    {
        if (await reads.Read(session) is not { } document)
            return;
        var (key, mark) = Next();
        await writes.Write(session, HttpMethod.Put, Drafts.Replacement(document, mark), mark, key);
    }

    private Task Patch(OwnedSession session)
    {
        var (key, mark) = Next();
        return writes.Write(session, HttpMethod.Patch, Drafts.Patch(mark), mark, key);
    }

    private Task Delete(OwnedSession session) => writes.Write(session, HttpMethod.Delete, null, null, Next().Key);

    private (string Key, SessionMark Mark) Next()
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"{seed}-c{number}-{++_counter:000000}");
        return (key, Drafts.Mark(key, random));
    }
}
