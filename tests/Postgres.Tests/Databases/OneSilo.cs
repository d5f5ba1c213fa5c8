using System.Collections.Immutable;
using System.Net;

namespace GaiaOrleans.Postgres.Tests.Databases;

/// <summary>The silo that asks.</summary>
internal sealed class OneSilo : ILocalSiloDetails
{
    public const string Cluster = "test";

    public static readonly SiloAddress Address = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 11111), 7);

    /// <summary>Makes the membership table count it as active.</summary>
    public const string IsActive = $"""
        INSERT INTO orleansmembershipversiontable (deploymentid) VALUES ('{Cluster}') ON CONFLICT DO NOTHING;
        INSERT INTO orleansmembershiptable (deploymentid, address, port, generation, siloname, hostname, status, proxyport, starttime, iamalivetime)
        VALUES ('{Cluster}', '127.0.0.1', 11111, 7, 'silo-1', 'localhost', 3, 0, now(), now()) ON CONFLICT DO NOTHING
        """;

    public string Name => "silo-1";
    public string ClusterId => Cluster;
    public string DnsHostName => "localhost";
    public SiloAddress SiloAddress => Address;
    public SiloAddress GatewayAddress => Address;
}

/// <summary>The cluster of that silo alone.</summary>
internal sealed class OneActiveSilo : IClusterMembershipService
{
    public ClusterMembershipSnapshot CurrentSnapshot { get; } =
        new(ImmutableDictionary<SiloAddress, ClusterMember>.Empty.Add(OneSilo.Address, new(OneSilo.Address, SiloStatus.Active, "silo-1")), new(1));

    public IAsyncEnumerable<ClusterMembershipSnapshot> MembershipUpdates => throw new NotSupportedException();

    public ValueTask Refresh(MembershipVersion minimumVersion = default, CancellationToken cancellationToken = default) => default;

    public Task<bool> TryKill(SiloAddress siloAddress) => throw new NotSupportedException();
}
