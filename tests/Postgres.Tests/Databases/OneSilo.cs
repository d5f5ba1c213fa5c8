using System.Net;

namespace GaiaOrleans.Postgres.Tests.Databases;

/// <summary>The silo that asks.</summary>
internal sealed class OneSilo : ILocalSiloDetails
{
    public const string Cluster = "test";

    public static readonly SiloAddress Address = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 11111), 7);

    public string Name => "silo-1";
    public string ClusterId => Cluster;
    public string DnsHostName => "localhost";
    public SiloAddress SiloAddress => Address;
    public SiloAddress GatewayAddress => Address;
}
