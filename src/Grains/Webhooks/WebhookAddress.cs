using System.Net;
using System.Net.Sockets;

namespace GaiaOrleans.Grains.Webhooks;

/// <summary>Which addresses are the open internet, where a webhook may be, and which are the inside of some network.</summary>
public static class WebhookAddress
{
    private static readonly IPNetwork[] Inside =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.168.0.0/16",
            "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            // Of IPv6 only 2000::/3 is the internet; within it these carry an IPv4 address or lead nowhere.
            "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
        }.Select(IPNetwork.Parse),
    ];

    private static readonly IPNetwork Internet = IPNetwork.Parse("2000::/3");

    public static bool IsInside(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return Inside.Any(n => n.Contains(address)) || (address.AddressFamily == AddressFamily.InterNetworkV6 && !Internet.Contains(address));
    }
}
