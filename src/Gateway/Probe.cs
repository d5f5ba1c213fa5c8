namespace GaiaOrleans.Gateway;

/// <summary>Asks a process whether it is healthy: the container's health check, because its image has neither a shell nor curl.</summary>
public static class Probe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The address in <c>--probe URL</c>; null = this is no probe.</summary>
    public static string? Requested(string[] args) => args is ["--probe", var address] ? address : null;

    /// <summary>0 when <paramref name="address"/> answers 2xx; anything else is 1, with the reason on standard error.</summary>
    public static async Task<int> Run(string address, TextWriter error, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var url) || !url.Scheme.StartsWith("http", StringComparison.Ordinal))
        {
            await error.WriteLineAsync($"'{address}' is no http or https address");
            return 1;
        }

        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience };
        try
        {
            using var answer = await http.GetAsync(url, cancellationToken);
            if (answer.IsSuccessStatusCode) return 0;
            await error.WriteLineAsync($"{url} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellationToken)}");
        }
        catch (Exception e) when (e is HttpRequestException || e is TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            await error.WriteLineAsync($"{url}: {e.Message}");
        }

        return 1;
    }
}
