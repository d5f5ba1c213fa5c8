using System.CommandLine;
using System.Runtime.CompilerServices;
using GaiaOrleans.Client.Http;

namespace GaiaOrleans.Client.Watching;

/// <summary>One look: what was seen, or why nothing was.</summary>
internal sealed record Look<T>(T? Seen, string? Trouble)
    where T : class;

/// <summary>Looking again and again. A cluster that loses the silo it is asked through, or is between two leads, gets a minute to come back.</summary>
internal sealed class Watch(TimeProvider time, TimeSpan interval)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static Option<bool> Option(string what) => new("--watch", "-w") { Description = what };

    public static Option<decimal> Interval() => new("--interval")
    {
        Description = "Seconds between two looks of --watch",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => 1,
        CustomParser = result => Numbers.Parse(result, "--interval", 0.05m, 3600, 2),
    };

    public static Watch Of(Call call, Option<decimal> interval) => new(call.Time, TimeSpan.FromSeconds((double)call.Get(interval)));

    /// <summary>Ends only with its reader. The first look must succeed.</summary>
    /// <exception cref="UnreachableException">For longer than the patience.</exception>
    public async IAsyncEnumerable<Look<T>> Follow<T>(Func<CancellationToken, Task<T>> look, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class
    {
        using var timer = new PeriodicTimer(interval, time);
        long? lastSeen = null;
        do
        {
            T? seen = null;
            string? trouble = null;
            try
            {
                seen = await look(cancellationToken);
                lastSeen = time.GetTimestamp();
            }
            catch (Exception e) when (lastSeen is { } at && time.GetElapsedTime(at) < Patience && Passes(e))
            {
                trouble = e.Message;
            }

            yield return new(seen, trouble);
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    private static bool Passes(Exception e) => e is UnreachableException or ProblemException { Problem.Status: 429 or >= 500 };
}
