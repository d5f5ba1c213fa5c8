using System.Text.Json;
using GaiaOrleans.Contracts.Access;
using GaiaOrleans.Contracts.Conflicts;
using GaiaOrleans.Contracts.Gates;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Runs;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Contracts.Webhooks;
using GaiaOrleans.Gateway.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Orleans.Serialization;
using Orleans.Storage;

namespace GaiaOrleans.Gateway.Tests.Problems;

public sealed class ProblemHandlerTests
{
    private static readonly GateVerdict Gate = new("quorum", GateStatus.Fail, "1 active", "2 of 3");

    private static readonly Dictionary<GaiaException, (int Status, string Code, bool RetryAfter)> Leaves = new()
    {
        [InvalidInputException.Field("status", "is odd")] = (400, "invalid_field", false),
        [new OverloadedException("full")] = (429, "rate_limited", true),
        [new LegacyUnavailableException("down")] = (409, "legacy_unavailable", false),
        [new StorageUnavailableException("gone")] = (503, "lead_unavailable", true),
        [new ChangeUnknownException("gone")] = (503, "outcome_unknown", true),
        [new BlockedException([Gate])] = (409, "blocked", false),
        [new EpochMismatchException(3, Some.Rollout(7))] = (412, "epoch_mismatch", false),
        [new PendingWritesException(5)] = (409, "pending_writes", false),
        [new GatewayUnreachableException(["gw-1"])] = (409, "gateway_unreachable", false),
        [new ClosingException()] = (503, "closing", true),
        [new UnauthorizedException("no key")] = (401, "unauthorized", false),
        [new ForbiddenException("POST /api/traffic-split", Role.Operator)] = (403, "forbidden", false),
        [new TooManyAttemptsException()] = (429, "rate_limited", true),
        [new LeaseLostException()] = (503, "lead_unavailable", true),
        [new UnknownConflictException(7)] = (404, "unknown_conflict", false),
        [new AlreadyResolvedException("s-1")] = (409, "already_resolved", false),
        [new UnknownPinException("s-1")] = (404, "unknown_pin", false),
        [new ReasonRequiredException("force")] = (400, "reason_required", false),
        [new RunActiveException("migrate")] = (409, "run_active", false),
        [new NothingToRetryException("migrate", "s-1")] = (404, "unknown_session", false),
        [new UnknownSessionException("s-1")] = (404, "unknown_session", false),
        [new UnknownWebhookException("w-1")] = (404, "unknown_webhook", false),
        [new SessionExistsException("s-1")] = (409, "session_exists", false),
        [new VersionMismatchException("s-1", 4)] = (412, "version_mismatch", false),
        [new IdempotencyKeyReusedException("k")] = (422, "idempotency_key_reused", false),
        [new LeadUnavailableException(Side.Python, "it is down")] = (503, "lead_unavailable", true),
        [new OutcomeUnknownException("s-1", "timeout")] = (503, "outcome_unknown", true),
        [new StaleEpochException(1, 2)] = (503, "closing", true),
        [new TooLargeException("large")] = (413, "too_large", false),
        [new HeadersTooLargeException("120 headers")] = (431, "headers_too_large", false),
        [new TooSlowException()] = (408, "request_timeout", false),
        [new TargetTooLongException(8192)] = (414, "target_too_long", false),
        [new UnknownRouteException("/nowhere")] = (404, "unknown_route", false),
        [new MethodNotAllowedException("PUT", "GET")] = (405, "method_not_allowed", false),
        [new ForwardedUnansweredException("Request")] = (503, "outcome_unknown", true),
        [new InterruptedException()] = (503, "outcome_unknown", true),
        [new UnansweredException()] = (503, "lead_unavailable", true),
        [new UnexpectedException()] = (500, "internal_error", false),
    };

    private static async Task<HttpContext> Handled(Exception exception)
    {
        var context = Some.Request();
        context.Request.Path = "/api/sessions/s-1";
        Assert.True(await new ProblemHandler(NullLogger<ProblemHandler>.Instance).TryHandleAsync(context, exception, CancellationToken.None));
        return context;
    }

    [Fact]
    public void Every_leaf_of_the_tree_is_tested_here()
    {
        var all = new[] { typeof(GaiaException).Assembly, typeof(ProblemHandler).Assembly }.SelectMany(a => a.GetTypes()).Where(t => t.IsSubclassOf(typeof(GaiaException)) && !t.IsAbstract);
        Assert.Equal(all.Select(t => t.Name).Order(), Leaves.Keys.Select(e => e.GetType().Name).Distinct().Order());
    }

    [Fact]
    public async Task Every_leaf_is_a_problem_with_its_status_its_code_and_when_to_repeat()
    {
        foreach (var (exception, expected) in Leaves)
        {
            var context = await Handled(exception);
            var problem = context.Answer();
            Assert.Equal(expected, (context.Response.StatusCode, (string)problem["code"]!, context.Response.Headers.RetryAfter.Count == 1));
            Assert.Equal("application/problem+json", context.Response.ContentType);
            Assert.Equal((expected.Status, exception.Message, "/api/sessions/s-1"), ((int)problem["status"]!, (string)problem["detail"]!, (string)problem["instance"]!));
            Assert.False(string.IsNullOrWhiteSpace((string)problem["title"]!));
        }
    }

    [Fact]
    public async Task What_a_caller_can_act_on_is_data()
    {
        Assert.Equal("is odd", (string)(await Handled(InvalidInputException.Field("status", "is odd"))).Answer()["errors"]!["status"]![0]!);
        Assert.Equal("quorum", (string)(await Handled(new BlockedException([Gate]))).Answer()["blockers"]![0]!["gate"]!);
        var plan = (await Handled(new BlockedException([Gate], new(RolloutPhase.DualWrite, RolloutPhase.GradualRollout, 10, [Gate])))).Answer();
        Assert.Equal(("dual_write", "gradual_rollout", false, "fail"), ((string)plan["from"]!, (string)plan["to"]!, (bool)plan["can_advance"]!, (string)plan["gates"]![0]!["status"]!));
        var mismatch = (await Handled(new EpochMismatchException(3, Some.Rollout(7)))).Answer();
        Assert.Equal((7, 7), ((int)mismatch["epoch"]!, (int)mismatch["current"]!["epoch"]!));
        Assert.Equal("gw-1", (string)(await Handled(new GatewayUnreachableException(["gw-1"]))).Answer()["gateways"]![0]!);
        Assert.Equal(4, (int)(await Handled(new VersionMismatchException("s-1", 4))).Answer()["version"]!);
        Assert.Equal(5, (int)(await Handled(new PendingWritesException(5))).Answer()["pending"]!);
        Assert.Equal("1", (await Handled(new ClosingException())).Response.Headers.RetryAfter.Single());
    }

    [Fact]
    public async Task What_the_runtime_throws_is_said_in_our_words()
    {
        foreach (var (exception, status, code) in new (Exception, int, string)[]
        {
            (new BadHttpRequestException("too long", 413), 413, "too_large"),
            (new BadHttpRequestException("unexpected end", 400), 400, "invalid_json"),
            (new BadHttpRequestException("Failed to bind parameter \"Nullable<int> limit\" from \"x\"."), 400, "invalid_field"),
            (new JsonException("odd"), 400, "invalid_json"),
            (new TimeoutException("30 s"), 503, "outcome_unknown"),
            // Chaos, seed 901: by Orleans, for a message that had expired on its way.
            (new OperationCanceledException("by somebody else"), 503, "outcome_unknown"),
            // Chaos, seeds 1012 and 1017: by Orleans' directory, of this silo and of another one.
            (new NpgsqlException("Failed to connect to 10.213.18.1:23428"), 503, "outcome_unknown"),
            (new CodecNotFoundException("Could not find a codec for type Npgsql.NpgsqlException."), 503, "outcome_unknown"),
            (new InconsistentStateException("conflict", "1", "2"), 503, "outcome_unknown"),
            (new SiloUnavailableException("S127.0.0.1"), 503, "outcome_unknown"),
        })
        {
            var context = await Handled(exception);
            Assert.Equal((status, code), (context.Response.StatusCode, (string)context.Answer()["code"]!));
        }
    }

    [Fact]
    public async Task A_defect_tells_the_caller_nothing_about_the_inside()
    {
        var context = await Handled(new InvalidOperationException("password=secret"));
        Assert.Equal(500, context.Response.StatusCode);
        Assert.DoesNotContain("secret", context.Answer().ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_hung_up_is_no_defect()
    {
        var context = Some.Request();
        context.RequestAborted = new CancellationToken(canceled: true);
        Assert.True(await new ProblemHandler(NullLogger<ProblemHandler>.Instance).TryHandleAsync(context, new OperationCanceledException(), CancellationToken.None));
        Assert.Equal(0, context.Response.Body.Length);
    }
}
