namespace GaiaOrleans.Contracts.Sessions;

/// <summary>What a shadow read found.</summary>
[GenerateSerializer, Alias("gaia.session.shadow_verdict")]
public enum ShadowVerdict
{
    /// <summary>Both sides show the same, as far as the rules and legacy's own inconstancy allow.</summary>
    Equal,

    /// <summary>They differed twice in a row while both stood still. The fields are kept as validation errors.</summary>
    Different,

    /// <summary>The session changed meanwhile, or its sides are known to differ: nothing can be said.</summary>
    Moved,

    /// <summary>Legacy gave no usable answer in time.</summary>
    Failed,

    /// <summary>Legacy is not being asked at the moment: its circuit is not closed. Whoever asks again does so later.</summary>
    Refused,
}
