using System.Globalization;
using System.Text.RegularExpressions;

namespace GaiaOrleans.Testbed;

/// <summary>
/// A bridge of this machine and network namespaces joined to it, each with an address of its own, so that who reaches whom can be decided.
/// Needs root, iproute2 and iptables. Disposing takes all of it away.
/// </summary>
public sealed partial class TestNetwork : IAsyncDisposable
{
    static readonly string[] Needed = ["ip", "iptables"];
    static int _made;

    readonly string _bridge;
    readonly int _third;
    readonly List<NetworkNode> _nodes = [];

    TestNetwork(int number)
    {
        // Others of this machine may have networks as well: the process, which is one of a kind, decides.
        _third = (Environment.ProcessId + number) % 250 + 1;
        _bridge = Name($"gb{number}");
    }

    /// <summary>Whether this machine and this account allow it; else why not.</summary>
    public static string? Obstacle =>
        !Environment.IsPrivilegedProcess ? "only root may make network namespaces"
        : Needed.FirstOrDefault(program => !OnPath(program)) is { } missing ? $"{missing} is not installed (Debian: apt-get install iproute2 iptables)"
        : null;

    /// <summary>Of this side of the bridge, where whatever is in no namespace listens.</summary>
    public string Address => AddressOf(1);

    /// <summary>All that is joined, in the form ADDRESS/BITS.</summary>
    public string Range => $"10.213.{_third}.0/24";

    public static async Task<TestNetwork> CreateAsync()
    {
        await SweepAsync();
        var network = new TestNetwork(Interlocked.Increment(ref _made));
        await Ip("link", "add", network._bridge, "type", "bridge");
        await Ip("address", "add", $"{network.Address}/24", "dev", network._bridge);
        await Ip("link", "set", network._bridge, "up");
        return network;
    }

    public async Task<NetworkNode> AddAsync()
    {
        var number = _nodes.Count + 2;
        var node = new NetworkNode(Name($"gn{number}"), Name($"gv{number}"), AddressOf(number));
        _nodes.Add(node);
        await Ip("netns", "add", node.Namespace);
        await Ip("link", "add", node.Link, "type", "veth", "peer", "name", "eth0", "netns", node.Namespace);
        await Ip("link", "set", node.Link, "master", _bridge, "up");
        await Ip("-netns", node.Namespace, "address", "add", $"{node.Address}/24", "dev", "eth0");
        await Ip("-netns", node.Namespace, "link", "set", "eth0", "up");
        await Ip("-netns", node.Namespace, "link", "set", "lo", "up");
        return node;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) await Ip("netns", "delete", node.Namespace);
        await Ip("link", "delete", _bridge);
    }

    /// <summary>Takes away what processes left behind that were killed.</summary>
    static async Task SweepAsync()
    {
        foreach (var name in Left("/run/netns")) await Ip("netns", "delete", name);
        foreach (var name in Left("/sys/class/net")) await Ip("link", "delete", name);

        static IEnumerable<string> Left(string folder) =>
            from name in Directory.Exists(folder) ? Directory.EnumerateFileSystemEntries(folder).Select(entry => Path.GetFileName(entry)) : []
            let owner = Made().Match(name)
            where owner.Success && !Directory.Exists($"/proc/{owner.Groups[1].Value}")
            select name;
    }

    // As Name makes them; the links of a namespace go with it.
    [GeneratedRegex(@"^g[bn]\d+p(\d+)$")]
    private static partial Regex Made();

    internal static Task Ip(params IReadOnlyList<string> arguments) => ChildProcess.RunAsync(new("ip", arguments));

    // At most 15 characters, for so long is an interface's name.
    static string Name(string part) => string.Create(CultureInfo.InvariantCulture, $"{part}p{Environment.ProcessId % 10_000_000}");

    static bool OnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    string AddressOf(int host) => $"10.213.{_third}.{host}";
}
