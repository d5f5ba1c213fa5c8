using GaiaOrleans.Demo.Checks;
using GaiaOrleans.Demo.Clusters;
using GaiaOrleans.Demo.Screens;

namespace GaiaOrleans.Demo.Acts;

/// <summary>GAIA_HOME answers, and the clients know which sessions they may touch.</summary>
internal sealed class Preparation(HttpClient http, SessionPages pages, RunOptions options, Screen screen)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <returns>How many sessions GAIA_HOME holds before anybody touches one.</returns>
    public async Task<int> Prepare(Cluster cluster, CancellationToken cancellation)
    {
        // A result of an earlier run must not be taken for this one's.
        if (options.JsonFile is { } json)
            File.Delete(json);
        Directory.CreateDirectory(options.Folder);
        await MustAnswer(cluster.Legacy.Url, cancellation);
        var ids = (await pages.Read(cluster.Legacy.Url, null, cancellation)).Keys;
        screen.Done($"GAIA_HOME holds {ids.Count} sessions at {cluster.Legacy.Url}");
        if (ids.Count < options.Sessions)
            screen.Note($"{options.Sessions} were asked for");
        // Sessions of a GAIA_HOME that we did not start may be somebody's real ones: there the clients keep to those they create.
        var ours = cluster.Legacy.Pid is > 0;
        if (!ours)
            screen.Note("this GAIA_HOME was not started by gaia: the clients change only sessions that they created themselves");
        if (cluster.KeepsNothing)
            screen.Warn("the cluster keeps its sessions in memory: nothing will be kept");
        await File.WriteAllLinesAsync(options.SessionsFile, ours ? ids : [], cancellation);
        return ids.Count;
    }

    private async Task MustAnswer(string url, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(Patience);
        try
        {
            using var response = await http.GetAsync(Urls.Join(url, "/health"), deadline.Token);
            if (!response.IsSuccessStatusCode)
                throw new DemoFailedException($"GAIA_HOME at {url} is not healthy: /health answered {(int)response.StatusCode}");
        }
        catch (HttpRequestException e)
        {
            throw new DemoFailedException($"GAIA_HOME does not answer at {url}: {e.Message}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new DemoFailedException($"GAIA_HOME does not answer at {url} within {Patience.TotalSeconds:0} s");
        }
    }
}
