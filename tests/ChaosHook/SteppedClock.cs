using System.Globalization;
using GaiaOrleans.ChaosHook;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

[assembly: HostingStartup(typeof(SteppedClockHosting))]

namespace GaiaOrleans.ChaosHook;

/// <summary>A wall clock that is wrong by as many seconds as stand in a file; what measures elapsed time is right, as in a machine whose clock was set.</summary>
internal sealed class SteppedClock(string file) : TimeProvider
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);
    private long _lookedAt;
    private double _seconds;

    public override DateTimeOffset GetUtcNow()
    {
        if (System.GetElapsedTime(Volatile.Read(ref _lookedAt)) > LookEvery)
        {
            Volatile.Write(ref _lookedAt, System.GetTimestamp());
            var seconds = Read();
            // Who set it is told that somebody goes by it: a hook that was not loaded would break nothing, and look as if all had stood it.
            if (seconds != Interlocked.Exchange(ref _seconds, seconds)) Tell(seconds);
        }

        return System.GetUtcNow().AddSeconds(Volatile.Read(ref _seconds));
    }

    private void Tell(double seconds)
    {
        try
        {
            File.WriteAllText(file + ".shown", seconds.ToString(CultureInfo.InvariantCulture));
        }
        // The run is over, and its folder is gone.
        catch (IOException)
        {
        }
    }

    private double Read()
    {
        try
        {
            return double.TryParse(File.ReadAllText(file), CultureInfo.InvariantCulture, out var seconds) ? seconds : 0;
        }
        // It is right.
        catch (IOException)
        {
            return 0;
        }
    }
}

/// <summary>Loaded by a host that is started with <c>ASPNETCORE_HOSTINGSTARTUPASSEMBLIES</c>.</summary>
internal sealed class SteppedClockHosting : IHostingStartup
{
    public void Configure(IWebHostBuilder builder)
    {
        if (Environment.GetEnvironmentVariable("GAIA_CLOCK_OFF_BY") is { Length: > 0 } file) builder.ConfigureServices(services => services.AddSingleton<TimeProvider>(new SteppedClock(file)));
    }
}
