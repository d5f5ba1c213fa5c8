namespace GaiaOrleans.Testbed;

/// <summary>What a <see cref="LocalCluster"/> consists of.</summary>
public sealed record ClusterPlan
{
    public int Silos { get; init; } = 3;

    /// <summary>How many sessions GAIA_HOME holds.</summary>
    public int Sessions { get; init; } = 100;

    /// <summary>Further environment of every silo and the gateway.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();

    /// <summary>Further environment of the silo of this name.</summary>
    public Func<string, IReadOnlyDictionary<string, string?>> OfSilo { get; init; } = _ => new Dictionary<string, string?>();

    /// <summary>Further arguments of GAIA_HOME.</summary>
    public IReadOnlyList<string> Legacy { get; init; } = [];

    /// <summary>Given, its database is reached by TLS only, with a certificate of this authority.</summary>
    public CertificateAuthority? Authority { get; init; }

    /// <summary>Given, each silo and the gateway run in a namespace of their own, and the database and GAIA_HOME on the other side of the bridge.</summary>
    public TestNetwork? Network { get; init; }

    /// <summary>Told the name of a silo or gateway, and each line that it writes.</summary>
    public Action<string, string> Heard { get; init; } = static (_, _) => { };
}
