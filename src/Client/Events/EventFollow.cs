using System.Net.ServerSentEvents;
using GaiaOrleans.Client.Http;
using GaiaOrleans.Client.Output;

namespace GaiaOrleans.Client.Events;

/// <summary>Follows the stream of events. Where it breaks off it is taken up again after the last event that was shown: none is missing and none comes twice.</summary>
internal sealed class EventFollow(Call call, string? kind)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    // The server shows that it lives every ten seconds.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    private string? _last;
    private long? _heardAt;

    public async Task<int> Run(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                try
                {
                    await Listen(cancellationToken);
                }
                catch (Exception e) when (Passes(e, cancellationToken))
                {
                    call.Terminal.Complain($"asking again: {e.Message}");
                }

                await Task.Delay(Pause, call.Time, cancellationToken);
            }
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Ok;
        }
    }

    /// <summary>Until the stream ends.</summary>
    private async Task Listen(CancellationToken cancellationToken)
    {
        using var response = await call.ControlPlane.Open(Query.With(EventsCommand.Path, ("kind", kind)), "text/event-stream", cancellationToken, _last);
        _heardAt = call.Time.GetTimestamp();
        await using var stream = new HeardStream(await response.Content.ReadAsStreamAsync(cancellationToken), Silence, call.Time);
        var parser = SseParser.Create(stream);
        try
        {
            await foreach (var item in parser.EnumerateAsync(cancellationToken))
            {
                _heardAt = call.Time.GetTimestamp();
                Show(item.Data);
            }
        }
        finally
        {
            // Also when there was no event: the server's signs of life are none, and a stream without them has ended by itself.
            _heardAt = call.Time.GetTimestamp();
            // Also when nothing was shown: the stream says where it begins.
            if (parser.LastEventId.Length > 0) _last = parser.LastEventId;
        }
    }

    /// <summary>The first time somebody must answer; later a cluster that changes its silos gets a minute.</summary>
    private bool Passes(Exception e, CancellationToken cancellationToken) =>
        !cancellationToken.IsCancellationRequested && _heardAt is { } at && call.Time.GetElapsedTime(at) < Patience
        && e is UnreachableException or IOException or HttpRequestException or ProblemException { Problem.Status: 429 or >= 500 };

    private void Show(string body)
    {
        if (call.Output != OutputFormat.Table) call.Terminal.Document(body, call.Output);
        else if (JsonText.TryParse(body, out var e)) call.Terminal.Out.WriteLine(Cell.Clean($"{e.Text("at")}  {e.Text("kind")}  {EventsCommand.Summary(e)}"));
        call.Terminal.Out.Flush();
    }
}
