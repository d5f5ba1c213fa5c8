using System.Net;
using System.Text.RegularExpressions;

namespace GaiaOrleans.Testbed;

/// <summary>A temporary data folder and the account that owns it. PostgreSQL refuses to run as root, so root lends it another.</summary>
sealed partial class PostgresFolder
{
    readonly string _binaries = PostgresBinaries.FindFolder();

    // Root's own TMPDIR may be closed to other accounts; /tmp is open to all.
    readonly string _path = Path.Combine(Environment.IsPrivilegedProcess ? "/tmp" : Path.GetTempPath(), $"gaia-pg-{Environment.ProcessId}-{Guid.NewGuid():N}");
    readonly string? _owner = Environment.IsPrivilegedProcess ? LentAccount() : null;

    // Of the log as PostgreSQL writes it, in pieces of this many megabytes: what is left of the present one can be written on a full disk as well.
    const string SmallestPiece = "1";

    readonly string _address;

    bool _encrypted;
    bool _mounted;

    PostgresFolder(string address) => _address = address;

    string Data => Path.Combine(_path, "data");

    /// <param name="network">Where the server listens, and whom it lets in; null = this machine alone.</param>
    /// <param name="disk">Megabytes of a disk of its own, in memory, which only root may have; null = that of the temporary folder.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<PostgresFolder> CreateAsync(TestNetwork? network, int? disk, CancellationToken cancellation)
    {
        var folder = new PostgresFolder(network?.Address ?? "127.0.0.1");
        try
        {
            await ChildProcess.RunAsync(new("mkdir", "-m", "700", folder._path) { User = folder._owner, WorkingDirectory = "/" }, cancellation);
            if (disk is { } megabytes) await folder.MountAsync(megabytes, cancellation);
            await ChildProcess.RunAsync(
                folder.Command("initdb", ["-D", folder.Data, "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions", .. disk is null ? Array.Empty<string>() : ["--wal-segsize", SmallestPiece]]),
                cancellation);
            if (network is not null) await File.AppendAllTextAsync(Path.Combine(folder.Data, "pg_hba.conf"), $"host all all {network.Range} trust\n", cancellation);
            return folder;
        }
        catch
        {
            await folder.DeleteAsync();
            throw;
        }
    }

    /// <summary>The server in the foreground, without a Unix socket: a socket's path may not be longer than 107 bytes.</summary>
    public ChildCommand Server(int port, bool durable) => Command("postgres",
        ["-D", Data, "-p", $"{port}", .. Settings($"listen_addresses={_address}", "unix_socket_directories=", "max_connections=300", "lc_messages=C"),
         .. durable ? [] : Settings("fsync=off", "full_page_writes=off"),
         // No piece of the log is kept to be used again, and checkpoints come as seldom as with large ones.
         .. _mounted ? Settings("wal_recycle=off", "max_wal_size=1GB") : [],
         .. _encrypted ? Settings("ssl=on") : []]);

    /// <summary>From the next start on the server has a certificate of this authority, and whoever connects without TLS is refused.</summary>
    public async Task EncryptAsync(CertificateAuthority authority, CancellationToken cancellation)
    {
        var (certificate, key) = authority.IssueFor(IPAddress.Loopback);
        foreach (var (name, text) in new[] { ("server.crt", certificate), ("server.key", key), ("pg_hba.conf", "hostssl all all 127.0.0.1/32 trust\n") })
        {
            var path = Path.Combine(Data, name);
            await File.WriteAllTextAsync(path, text, cancellation);
            await ChildProcess.RunAsync(new("chmod", "600", path), cancellation);
            if (_owner is not null) await ChildProcess.RunAsync(new("chown", _owner, path), cancellation);
        }

        _encrypted = true;
    }

    /// <summary>No file on its disk can grow any more.</summary>
    public Task FillAsync() => ChildProcess.RunAsync(new("sh", "-c", "! cat /dev/zero > \"$1\"", "sh", Ballast));

    public void Free() => File.Delete(Ballast);

    public async Task DeleteAsync()
    {
        if (_mounted) await ChildProcess.RunAsync(new("umount", "--lazy", _path));
        if (Directory.Exists(_path))
            Directory.Delete(_path, recursive: true);
    }

    string Ballast => Path.Combine(_path, "ballast");

    async Task MountAsync(int megabytes, CancellationToken cancellation)
    {
        await SweepAsync();
        await ChildProcess.RunAsync(new("mount", "-t", "tmpfs", "-o", $"size={megabytes}m,mode=700", "tmpfs", _path), cancellation);
        _mounted = true;
        if (_owner is not null) await ChildProcess.RunAsync(new("chown", _owner, _path), cancellation);
    }

    /// <summary>Takes away what processes left behind that were killed: a disk in memory stays where it is.</summary>
    static async Task SweepAsync()
    {
        foreach (var left in File.ReadLines("/proc/mounts").Select(line => line.Split(' ')[1]).Where(path => Made().Match(path) is { Success: true } made && !Directory.Exists($"/proc/{made.Groups[1].Value}")).ToList())
        {
            await ChildProcess.RunAsync(new("umount", "--lazy", left));
            Directory.Delete(left, recursive: true);
        }
    }

    [GeneratedRegex(@"^/tmp/gaia-pg-(\d+)-[0-9a-f]+$")]
    private static partial Regex Made();

    ChildCommand Command(string program, params IReadOnlyList<string> arguments) =>
        new(Path.Combine(_binaries, program), arguments) { WorkingDirectory = _path, User = _owner };

    static IEnumerable<string> Settings(params IEnumerable<string> settings) => settings.SelectMany(setting => new[] { "-c", setting });

    static string LentAccount()
    {
        var accounts = File.ReadLines("/etc/passwd").Select(line => line.Split(':')[0]).ToHashSet();
        return accounts.Contains("postgres") ? "postgres" : "nobody";
    }
}
