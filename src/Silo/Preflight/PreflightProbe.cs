using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Silo.Legacy;

namespace GaiaOrleans.Silo.Preflight;

/// <summary>One probe, step by step. A step that gets no usable answer says why, and the steps that need it are left out.</summary>
internal sealed class PreflightProbe(ReadOnlyHome home, int sample, PreflightOptions options, TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();
    private readonly SessionSurvey _survey = new(time.GetUtcNow());
    private readonly List<double> _pages = [];
    private readonly List<LegacyListed> _chosen = [];
    private AuthFacts _auth = new(home.Options.Auth, null, null);

    public async Task<PreflightFacts> Run(CancellationToken cancellationToken)
    {
        var checkedAt = time.GetUtcNow();
        var health = await Ask(HttpMethod.Get, home.Addresses.Health, cancellationToken);
        // The first request pays for the connection, and in a new process for much else.
        if (health.Trouble is null) health = await Ask(HttpMethod.Get, home.Addresses.Health, cancellationToken);
        var list = await FirstLook(cancellationToken);
        var facts = new PreflightFacts { Legacy = home.Options.BaseUrl, CheckedAt = checkedAt, Health = health, Auth = _auth, List = list };
        if (list.Shape is not null)
        {
            var nobody = home.Addresses.Session($"gaia-preflight-{Guid.NewGuid():N}");
            var unknown = await Ask(HttpMethod.Get, nobody, cancellationToken);
            var collection = await Ask(HttpMethod.Options, home.Addresses.Sessions, cancellationToken);
            list = await Walk(list, cancellationToken);
            var chosen = SingleReads.Choose(_chosen, options.SingleReads);
            var one = await Ask(HttpMethod.Options, chosen.Count > 0 ? home.Addresses.Session(chosen[0].Id!) : nobody, cancellationToken);
            var reads = new SingleReads(home, time);
            facts = facts with
            {
                List = list,
                UnknownId = unknown,
                Methods = new(collection, one),
                Records = _survey.Facts(),
                Reads = await reads.Read(chosen, cancellationToken),
                ListPageLatency = Latency.Of(_pages),
                SingleReadLatency = reads.Latency,
                ListedPerS = _pages.Count > 0 && list.Sessions > 0 ? Math.Round(list.Sessions / (_pages.Sum() / 1_000), 1) : null,
            };
        }

        return facts with
        {
            Reachable = health.Status is not null || list.Status is not null,
            TookMs = Math.Round(time.GetElapsedTime(_started).TotalMilliseconds, 1),
            Requests = home.Requests,
            FailedRequests = home.FailedRequests,
        };
    }

    private async Task<Look> Ask(HttpMethod method, Uri address, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        try
        {
            return Look.Of(await home.Channel.Look(method, address, cancellationToken), Since(started));
        }
        catch (LegacyTroubleException e)
        {
            return new(null, Since(started), Trouble: new(e.Code, e.Message));
        }
    }

    /// <summary>A page of one session: how it is authorised, shaped and continued, and where the id is.</summary>
    private async Task<ListFacts> FirstLook(CancellationToken cancellationToken)
    {
        var facts = new ListFacts { AskedPerPage = home.Options.PageSize };
        try
        {
            var reply = await home.Channel.ReadList(home.Addresses.List("limit=1&page=1&per_page=1"), cancellationToken);
            facts = facts with { Status = reply.Status, Location = reply.Location };
            _auth = _auth with { Accepted = reply.Success ? true : reply.Passing == LegacyTrouble.Unauthorized ? false : null, Challenge = reply.Challenge };
            using var json = reply.Success ? reply.Json(deep: true) : null;
            if (!reply.Success) return Unusable(reply.Passing ?? (reply.Status >= 500 ? LegacyTrouble.ServerError : LegacyTrouble.Unavailable), $"answered {reply.Status} {reply.Location}{reply.Text}");
            if (json is null)
                return Unusable(reply.Body is null ? LegacyTrouble.TooLarge : LegacyTrouble.NotJson, $"is {reply.MediaType} and no JSON: {reply.Text}");
            if (ListAnswer.Of(json.RootElement) is not { } answer) return Unusable(LegacyTrouble.NotJson, $"has no list of sessions: {reply.Text}");
            await home.Habits.LearnFrom(answer, cancellationToken);
            return facts with
            {
                Shape = answer.Shape,
                Paging = ListPaging.Of(answer, reply, asked: 1),
                Total = answer.Total,
                IdField = home.Habits.IdMember,
                KeyedOnly = home.Habits.KeyedOnly,
            };
        }
        catch (LegacyTroubleException e)
        {
            return facts with { Trouble = new(e.Code, e.Message) };
        }

        ListFacts Unusable(string code, string what) => facts with { Trouble = new(code, $"The list at {home.Addresses.Sessions.AbsolutePath} {what}") };
    }

    /// <summary>Page after page as a migration would, until the sample is full or half of the time is gone.</summary>
    private async Task<ListFacts> Walk(ListFacts facts, CancellationToken cancellationToken)
    {
        string? cursor = null;
        do
        {
            if (time.GetElapsedTime(_started) > options.TimeLimit / 2) return facts with { Stopped = "time_limit" };
            try
            {
                var started = time.GetTimestamp();
                var page = await home.Lists.Page(cursor, cancellationToken);
                _pages.Add(Since(started));
                facts = Count(facts, page);
                cursor = page.Next;
            }
            catch (LegacyTroubleException e)
            {
                return facts with { Stopped = cancellationToken.IsCancellationRequested ? "time_limit" : "trouble", Trouble = new(e.Code, e.Message) };
            }
        }
        while (cursor is not null && facts.Sessions < sample && facts.Paging != ListPaging.None);
        var whole = cursor is null || facts.Paging == ListPaging.None;
        return facts with { Stopped = whole ? "end" : "sample", Total = facts.Total ?? (whole ? facts.Sessions : null) };
    }

    private ListFacts Count(ListFacts facts, LegacyPage page)
    {
        foreach (var listed in page.Sessions.Take(sample - Math.Min(sample, facts.Sessions))) _survey.Add(listed);
        _chosen.AddRange(SingleReads.Choose(page.Sessions, options.SingleReads));
        return facts with
        {
            Pages = facts.Pages + 1,
            Sessions = facts.Sessions + page.Sessions.Count,
            PerPage = Math.Max(facts.PerPage ?? 0, page.Sessions.Count),
            Paging = facts.Paging ?? (page.Next is null ? null : ListPaging.Silent),
            IdField = home.Habits.IdMember,
            KeyedOnly = home.Habits.KeyedOnly,
        };
    }

    private double Since(long started) => Math.Round(time.GetElapsedTime(started).TotalMilliseconds, 2);
}
