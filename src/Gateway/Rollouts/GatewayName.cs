using System.Globalization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Gateway.Rollouts;

/// <summary>
/// What this gateway is called among the registered ones. Two on one host listen on different ports, and one that starts again on its port
/// replaces itself.
/// </summary>
/// <param name="server">Null in a process that serves no HTTP; such a one is named by its options.</param>
public sealed class GatewayName(IOptions<GatewayOptions> options, IHostApplicationLifetime lifetime, IServer? server = null)
{
    public string Value => options.Value.Name ?? (Port is { } port ? string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}:{port}") : Environment.MachineName);

    /// <summary>Completes when <see cref="Value"/> stays what it is: a port may be chosen as late as it is bound.</summary>
    public Task Settled
    {
        get
        {
            if (options.Value.Name is not null) return Task.CompletedTask;
            var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            lifetime.ApplicationStarted.Register(started.SetResult);
            return started.Task;
        }
    }

    private int? Port => server?.Features.Get<IServerAddressesFeature>()?.Addresses.Select(a => (int?)BindingAddress.Parse(a).Port).Min();
}
