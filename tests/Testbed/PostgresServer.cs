using Npgsql;

namespace GaiaOrleans.Testbed;

/// <summary>
/// A private PostgreSQL server in a temporary folder, on a free loopback port, with trust authentication and 300 connections.
/// Disposing stops it and deletes its data.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);
    static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(60);
    static readonly TimeSpan PollPeriod = TimeSpan.FromMilliseconds(100);

    readonly PostgresFolder _folder;
    readonly bool _durable;
    readonly CertificateAuthority? _authority;
    readonly string _host;
    readonly int _port = FreePort.Next();
    ChildProcess? _process;
    int _refusedByDisk;

    PostgresServer(PostgresFolder folder, bool durable, CertificateAuthority? authority = null, TestNetwork? network = null)
    {
        _host = network?.Address ?? "127.0.0.1";
        _folder = folder;
        _durable = durable;
        _authority = authority;
    }

    /// <summary>To the database <c>postgres</c>, as its superuser. Stays the same through stops and starts.</summary>
    public string ConnectionString => ConnectionStringTo("postgres");

    /// <summary>Of the server's main process; changes with each start.</summary>
    public int Pid => Running.Id;

    public int Port => _port;

    ChildProcess Running => _process ?? throw new InvalidOperationException("The server does not run.");

    public static Task<PostgresServer> StartAsync(CancellationToken cancellation = default) => StartAsync(durable: true, cancellation);

    /// <param name="durable">False: nothing waits for the disk. A server that is killed has lost nothing all the same: what it has written is the kernel's by then.</param>
    /// <param name="cancellation">Gives up starting.</param>
    /// <exception cref="FileNotFoundException">PostgreSQL is not installed.</exception>
    public static async Task<PostgresServer> StartAsync(bool durable, CancellationToken cancellation = default) =>
        await StartedAsync(new PostgresServer(await PostgresFolder.CreateAsync(null, null, cancellation), durable), cancellation);

    /// <summary>One that waits for its disk, has a small one of its own, and listens on this network alone.</summary>
    /// <param name="network">On which it listens.</param>
    /// <param name="disk">Megabytes.</param>
    /// <param name="cancellation">Gives up starting.</param>
    public static async Task<PostgresServer> StartAsync(TestNetwork network, int disk, CancellationToken cancellation = default) =>
        await StartedAsync(new PostgresServer(await PostgresFolder.CreateAsync(network, disk, cancellation), durable: true, network: network), cancellation);

    /// <summary>One that nobody reaches without TLS. Its connection strings verify it, down to its address.</summary>
    public static async Task<PostgresServer> StartEncryptedAsync(CertificateAuthority authority, CancellationToken cancellation = default)
    {
        var folder = await PostgresFolder.CreateAsync(null, null, cancellation);
        await folder.EncryptAsync(authority, cancellation);
        return await StartedAsync(new PostgresServer(folder, durable: false, authority), cancellation);
    }

    /// <summary>A new empty database.</summary>
    /// <returns>The connection string to it.</returns>
    public async Task<string> CreateDatabaseAsync(string name, CancellationToken cancellation = default)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(cancellation);
        await using var create = connection.CreateCommand();
        create.CommandText = $"CREATE DATABASE \"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        await create.ExecuteNonQueryAsync(cancellation);
        return ConnectionStringTo(name);
    }

    /// <summary>An orderly stop: connections are cut, commits are kept.</summary>
    public async Task StopAsync(CancellationToken cancellation = default)
    {
        await Running.StopAsync(Signal.Interrupt, StopDeadline, cancellation);
        await ForgetAsync();
    }

    /// <summary>SIGKILL to the server and all its sessions at once, as when the machine's power is cut.</summary>
    public async Task KillAsync(CancellationToken cancellation = default)
    {
        // Every session is its own process group, so one signal to a group does not do it. Standing still, the parent starts no new ones.
        await Running.SuspendAsync(cancellation);
        var children = ProcessTable.Read().Where(entry => entry.ParentId == Pid).Select(entry => entry.Id).ToArray();
        foreach (var child in children)
            Signal.Kill.Send(child);
        await Running.KillAsync(cancellation);
        await ForgetAsync();
        // The next start refuses while a session still holds the shared memory.
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (children.Any(id => ProcessTable.Find(id) is { IsDead: false }))
            await timer.WaitForNextTickAsync(cancellation);
    }

    /// <summary>Starts the stopped or killed server again, on the same port and data; returns when it takes connections.</summary>
    public async Task StartAgainAsync(CancellationToken cancellation = default)
    {
        if (_process is not null)
            throw new InvalidOperationException("The server runs already.");
        _process = ChildProcess.Start(_folder.Server(_port, _durable) with { Heard = Heard });
        try
        {
            await _process.WaitForLineAsync("database system is ready to accept connections", StartDeadline, cancellation);
        }
        catch
        {
            await ForgetAsync();
            throw;
        }
    }

    /// <summary>All its processes stand still: connections hang instead of breaking.</summary>
    public async Task SuspendAsync(CancellationToken cancellation = default)
    {
        await Running.SuspendAsync(cancellation);
        SendToSessions(Signal.Stop);
    }

    /// <summary>How often it has found its disk full.</summary>
    public int RefusedByDisk => _refusedByDisk;

    /// <summary>Nothing more can be written to its disk, which must be one of its own.</summary>
    public Task FillDiskAsync() => _folder.FillAsync();

    /// <summary>There is room again; returns when the server takes connections, started again if it gave up.</summary>
    public async Task FreeDiskAsync(CancellationToken cancellation = default)
    {
        _folder.Free();
        await Eventually.Get(
            async () =>
            {
                // It may be just giving up.
                if (Running.HasExited)
                {
                    await ForgetAsync();
                    await StartAgainAsync(cancellation);
                }

                return await AnswersAsync(cancellation);
            },
            answers => answers, StartDeadline, PollPeriod);
    }

    public void Resume()
    {
        SendToSessions(Signal.Continue);
        Running.Resume();
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_process is { HasExited: false })
                await KillAsync();
        }
        finally
        {
            await ForgetAsync();
            await _folder.DeleteAsync();
        }
    }

    static async Task<PostgresServer> StartedAsync(PostgresServer server, CancellationToken cancellation)
    {
        try
        {
            await server.StartAgainAsync(cancellation);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    async Task<bool> AnswersAsync(CancellationToken cancellation)
    {
        try
        {
            await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false, Timeout = 5 }.ConnectionString);
            await connection.OpenAsync(cancellation);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    void Heard(string line)
    {
        if (line.Contains("No space left on device", StringComparison.Ordinal)) Interlocked.Increment(ref _refusedByDisk);
    }

    void SendToSessions(Signal signal)
    {
        foreach (var session in ProcessTable.Read().Where(entry => entry.ParentId == Pid))
            signal.Send(session.Id);
    }

    async Task ForgetAsync()
    {
        if (_process is { } process)
            await process.DisposeAsync();
        _process = null;
    }

    string ConnectionStringTo(string database)
    {
        var connection = new NpgsqlConnectionStringBuilder { Host = _host, Port = _port, Username = "postgres", Database = database, IncludeErrorDetail = true };
        if (_authority is not null) (connection.SslMode, connection.RootCertificate) = (SslMode.VerifyFull, _authority.File);
        return connection.ConnectionString;
    }
}
