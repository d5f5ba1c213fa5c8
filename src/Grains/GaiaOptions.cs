using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Grains;

/// <summary>Which cluster this silo belongs to. Section <c>Gaia</c>.</summary>
public sealed class GaiaOptions
{
    /// <summary>Silos of one cluster share it; a blue-green deployment gets another. Default: gaia.</summary>
    [Required, RegularExpression("^[A-Za-z0-9_.-]{1,100}$", ErrorMessage = "Gaia:ClusterId may have letters, digits, '.', '_' and '-', 100 at most (environment: Gaia__ClusterId).")]
    public string ClusterId { get; set; } = "gaia";

    /// <summary>Keys grain state and reminders; never changed once there is data. Default: gaia.</summary>
    [Required]
    public string ServiceId { get; set; } = "gaia";

    /// <summary>How many silos the cluster is meant to have: quorum is more than half of it. Default: 3.</summary>
    [Range(1, 1000)]
    public int ExpectedSilos { get; set; } = 3;

    /// <summary>So many of them must be active for the migration to go on.</summary>
    public int Quorum => ExpectedSilos / 2 + 1;
}

[OptionsValidator]
public sealed partial class GaiaOptionsValidator : IValidateOptions<GaiaOptions>;
