using System.Globalization;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.Benchmarks.Peers;

/// <summary>nginx before another server, with connections kept open to both sides; disposing ends it.</summary>
internal sealed class NginxProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(20);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gaia-nginx-");
    private readonly ChildProcess _process;

    private NginxProcess(string program, Uri target)
    {
        Url = new($"http://127.0.0.1:{FreePort.Next()}/");
        File.WriteAllText(Path.Combine(_folder.FullName, "nginx.conf"), string.Create(CultureInfo.InvariantCulture, $$"""
            daemon off;
            worker_processes auto;
            pid {{_folder.FullName}}/nginx.pid;
            events { worker_connections 4096; }
            http {
                access_log off;
                client_body_temp_path {{_folder.FullName}};
                proxy_temp_path {{_folder.FullName}};
                keepalive_requests 1000000;
                upstream target { server {{target.Authority}}; keepalive 256; keepalive_requests 1000000; }
                server {
                    listen {{Url.Authority}} reuseport;
                    location / { proxy_pass http://target; proxy_http_version 1.1; proxy_set_header Connection ""; }
                }
            }
            """));
        _process = ChildProcess.Start(new(program, "-p", _folder.FullName, "-e", "stderr", "-c", "nginx.conf"));
    }

    public Uri Url { get; }

    /// <exception cref="BenchSkippedException">It is not installed.</exception>
    public static async Task<NginxProcess> Start(Uri target, CancellationToken cancellation)
    {
        var nginx = new NginxProcess(Programs.Find("nginx", "nginx-light"), target);
        await nginx._process.WaitForUrlAsync(nginx.Url, StartDeadline, cancellation);
        return nginx;
    }

    public async ValueTask DisposeAsync()
    {
        // Its workers end with the master, if that is told so and not killed.
        await _process.StopAsync(Signal.Terminate, StartDeadline);
        await _process.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
