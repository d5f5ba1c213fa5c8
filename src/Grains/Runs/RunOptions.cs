using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Grains.Runs;

/// <summary>How runs work. Section <c>Runs</c>.</summary>
public sealed class RunOptions
{
    /// <summary>How many sessions a run has under way at once, over all silos. Default: 256.</summary>
    [Range(1, 10_000)]
    public int Parallel { get; set; } = 256;

    /// <summary>How often a page is tried before the run pauses and says why. Default: 30, with up to 5 s between two tries.</summary>
    [Range(1, 1_000)]
    public int PageAttempts { get; set; } = 30;
}

[OptionsValidator]
public sealed partial class RunOptionsValidator : IValidateOptions<RunOptions>;
