namespace GaiaOrleans.Testbed;

/// <summary>For tests of what is done, not of how fast: on a machine that stands still for a moment a change is else answered before GAIA_HOME has it.</summary>
public static class Unhurried
{
    /// <summary>The environment of a cluster of which no silo is lost: what a lost one may still be sending would be waited for.</summary>
    public static IReadOnlyDictionary<string, string?> Settings { get; } = new Dictionary<string, string?>
    {
        ["Sessions__SendWithin"] = "00:00:20",
        ["Sessions__SendLease"] = "00:00:40",
        ["Rollout__CloseWithin"] = "00:00:10",
        ["Gateway__HoldWrites"] = "00:00:10",
        ["Legacy__TotalTimeout"] = "00:00:08",
        ["Legacy__Timeout"] = "00:00:04",
    };

    public static Dictionary<string, string?> With(params (string Setting, string? Value)[] further) =>
        new(Settings.Concat(further.Select(s => KeyValuePair.Create(s.Setting, s.Value))));
}
