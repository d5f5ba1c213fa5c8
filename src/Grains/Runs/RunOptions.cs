using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Grains.Runs;

/// <summary>How runs work. Section <c>Runs</c>.</summary>
public sealed class RunOptions
{
    /// <summary>
    /// How many sessions a run has under way at once, over all silos; of sessions that are new, how many a migrate run writes in one transaction,
    /// four of them at once. A run takes fewer while either side is slow. Default: 256.
    /// </summary>
    [Range(1, 10_000)]
    public int Parallel { get; set; } = 256;

    /// <summary>Runs slow down while changes of clients lag longer than this. Default: 100 ms, the guide's threshold.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan LagLimit { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long reconcile rests between two walks over both sides. Default: 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan ReconcileEvery { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Sessions a second that reconcile looks at unless it is told otherwise. Default: 1000.</summary>
    [Range(1, 1_000_000)]
    public int ReconcileRate { get; set; } = 1_000;

    /// <summary>How long a session must have been gone from legacy before that counts as a deletion. Default: 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan AbsentFor { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How often a page is tried before the run pauses and says why. Default: 30, with up to 5 s between two tries.</summary>
    [Range(1, 1_000)]
    public int PageAttempts { get; set; } = 30;
}

[OptionsValidator]
public sealed partial class RunOptionsValidator : IValidateOptions<RunOptions>;
