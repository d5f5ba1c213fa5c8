using System.Text;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Gateway.Access;

namespace GaiaOrleans.Silo.Events;

/// <summary>One item of a stream.</summary>
/// <param name="Data">JSON on one line.</param>
/// <param name="Id">What the reader sends back as Last-Event-ID; null = the stream cannot be taken up again.</param>
internal sealed record StreamItem(string Kind, string Data, long? Id = null);

/// <summary>
/// Server-sent events. A comment now and then while there is nothing to say, so that both ends notice a dead line; an end in good order when this
/// silo stops or the reader's credential is no longer in force. The next item is asked for when the one before has been taken: a reader that takes nothing costs one item, and is cut.
/// </summary>
internal sealed partial class EventStream(IAsyncEnumerable<StreamItem> items, long? after = null) : IResult
{
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var services = httpContext.RequestServices;
        var (time, standing) = (services.GetRequiredService<TimeProvider>(), services.GetRequiredService<Standing>());
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(
            httpContext.RequestAborted, services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
        httpContext.Response.ContentType = "text/event-stream";
        httpContext.Response.Headers.CacheControl = "no-cache, no-store";
        httpContext.Response.Headers["X-Accel-Buffering"] = "no"; // a proxy that gathers would hold the stream back
        await using var source = items.GetAsyncEnumerator(ended.Token);
        Task<bool>? next = null;
        try
        {
            // With it a reader that breaks off before the first event comes back to where it began.
            await Write(httpContext, $"retry: 1000\n{(after is { } id ? $"id: {id}\n" : "")}\n", time);
            next = source.MoveNextAsync().AsTask();
            while (true)
            {
                await ((Task)next).WaitAsync(Heartbeat, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (!standing.Holds(httpContext)) return;
                if (!next.IsCompleted)
                {
                    await Write(httpContext, ":\n\n", time);
                    continue;
                }

                if (!await next) return;
                await Write(httpContext, Text(source.Current), time);
                next = source.MoveNextAsync().AsTask();
            }
        }
        catch (Exception e) when (ended.IsCancellationRequested || e is GaiaException)
        {
            // The reader is gone, this silo stops, or its database is away: the stream ends, and a reader comes back with its Last-Event-ID.
        }
        finally
        {
            await ended.CancelAsync();
            if (next is not null) await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static string Text(StreamItem item) => $"{(item.Id is { } id ? $"id: {id}\n" : "")}event: {item.Kind}\ndata: {item.Data}\n\n";

    private static async Task Write(HttpContext context, string text, TimeProvider time)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, context.RequestAborted);
        try
        {
            await context.Response.WriteAsync(text, Encoding.UTF8, either.Token);
            await context.Response.Body.FlushAsync(either.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            var (logger, path, address) = (context.RequestServices.GetRequiredService<ILogger<EventStream>>(), context.Request.Path.Value, context.Connection.RemoteIpAddress);
            LogCut(logger, path, address);
            context.Abort();
            throw;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "A reader of {Path} at {Address} takes nothing and is cut")]
    private static partial void LogCut(ILogger logger, string? path, System.Net.IPAddress? address);
}
