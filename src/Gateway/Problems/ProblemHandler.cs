using System.Text.Json;
using GaiaOrleans.Contracts.Gates;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway.Sessions;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;

namespace GaiaOrleans.Gateway.Problems;

/// <summary>The one place where the exception tree becomes problem details (RFC 9457).</summary>
public sealed partial class ProblemHandler(ILogger<ProblemHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && httpContext.RequestAborted.IsCancellationRequested) return true;
        if (exception is not GaiaException) LogUnexpected(logger, httpContext.Request.Method, httpContext.Request.Path, exception.GetType().Name, exception.Message);
        await Write(httpContext, Understand(exception, httpContext.Request.Method));
        return true;
    }

    public static async Task Write(HttpContext context, GaiaException problem)
    {
        var details = new ProblemDetails { Status = problem.Status, Title = Title(problem.Code), Detail = problem.Message, Instance = context.Request.Path };
        details.Extensions["code"] = problem.Code;
        if (problem is InvalidInputException invalid) details.Extensions["errors"] = invalid.Errors;
        if (problem is ReasonRequiredException) details.Extensions["errors"] = new Dictionary<string, string[]> { ["reason"] = [problem.Message] };
        if (problem is BlockedException blocked) details.Extensions["blockers"] = blocked.Blockers;
        if (problem is BlockedException { Plan: { } plan }) AddPlan(details, plan);
        if (problem is EpochMismatchException mismatch) (details.Extensions["epoch"], details.Extensions["current"]) = (mismatch.Current.Epoch, mismatch.Current);
        if (problem is VersionMismatchException version) details.Extensions["version"] = version.Current;
        if (problem is PendingWritesException writes) details.Extensions["pending"] = writes.Pending;
        if (problem is GatewayUnreachableException gateways) details.Extensions["gateways"] = gateways.Gateways;
        SessionResponse.Mark(context);
        context.Features.Set(problem);
        if (problem.RetryAfter is { } after) context.Response.Headers.RetryAfter = ((int)Math.Ceiling(after.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
        context.Response.StatusCode = problem.Status;
        await context.Response.WriteAsJsonAsync(details, GaiaJson.Options, "application/problem+json", CancellationToken.None);
    }

    /// <summary>The body that the plan itself is answered with.</summary>
    private static void AddPlan(ProblemDetails details, PhasePlan plan)
    {
        (details.Extensions["from"], details.Extensions["to"], details.Extensions["go_percentage"]) = (plan.From, plan.To, plan.GoPercentage);
        (details.Extensions["can_advance"], details.Extensions["gates"]) = (plan.CanAdvance, plan.Gates);
    }

    /// <summary>What the runtime throws, in our words. A lost answer is an unknown outcome: saying less would invite a blind retry.</summary>
    internal static GaiaException Understand(Exception exception, string method) => exception switch
    {
        GaiaException problem => problem,
        BadHttpRequestException { StatusCode: 413 } => new TooLargeException("The body is larger than this gateway accepts."),
        BadHttpRequestException { StatusCode: 408 } => new TooSlowException(),
        BadHttpRequestException bad => UnroutedProblems.Unread(bad),
        JsonException json => InvalidInputException.Json(json.Message),
        _ when Unanswered.Is(exception) && (HttpMethods.IsGet(method) || HttpMethods.IsHead(method)) => new UnansweredException(),
        _ when Unanswered.Is(exception) => new InterruptedException(),
        _ => new UnexpectedException(),
    };

    private static string Title(string code) => code.Replace('_', ' ');

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path}: {Kind}: {Reason}")]
    private static partial void LogUnexpected(ILogger logger, string method, string path, string kind, string reason);
}
