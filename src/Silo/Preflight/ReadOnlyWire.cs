namespace GaiaOrleans.Silo.Preflight;

/// <summary>Lets nothing pass that could change GAIA_HOME, whatever the code above it does, and counts the rest.</summary>
internal sealed class ReadOnlyWire(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private static readonly HashSet<HttpMethod> Reading = [HttpMethod.Get, HttpMethod.Head, HttpMethod.Options];
    private int _requests;
    private int _failed;

    public int Requests => _requests;

    /// <summary>Reads that were answered 5xx or not at all.</summary>
    public int Failed => _failed;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!Reading.Contains(request.Method) || request.Content is not null)
            throw new InvalidOperationException($"A preflight only reads; {request.Method} {request.RequestUri?.AbsolutePath} was not sent.");
        Interlocked.Increment(ref _requests);
        var answered = false;
        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            // An older server may well answer 501 to OPTIONS.
            answered = (int)response.StatusCode < 500 || request.Method != HttpMethod.Get;
            return response;
        }
        finally
        {
            if (!answered) Interlocked.Increment(ref _failed);
        }
    }
}
