namespace GaiaOrleans.Testbed;

/// <summary>One namespace of a <see cref="TestNetwork"/>. What it does not let in is lost without a word, as when a cable is cut, unless it is said otherwise.</summary>
public sealed class NetworkNode
{
    internal NetworkNode(string name, string link, string address) => (Namespace, Link, Address) = (name, link, address);

    public string Address { get; }

    internal string Namespace { get; }

    internal string Link { get; }

    /// <summary>The command, run within the namespace.</summary>
    public ChildCommand Within(ChildCommand command) => command with { Program = "ip", Arguments = ["netns", "exec", Namespace, command.Program, .. command.Arguments] };

    /// <summary>Nothing that comes from this address arrives.</summary>
    /// <param name="address">Of another node, or of the network itself.</param>
    /// <param name="port">From this port alone: what is sent to it still leaves, and is never answered. Default: from all.</param>
    /// <returns>Undoes it.</returns>
    public Task<Func<Task>> DropAsync(string address, int? port = null) => Rule(["INPUT", "--source", address, .. port is { } from ? ["--sport", $"{from}"] : Array.Empty<string>(), "--jump", "DROP"]);

    /// <summary>Whoever of it sends something there learns at once that its connection is gone, and a new one is refused.</summary>
    /// <param name="address">Of another node, or of the network itself.</param>
    /// <param name="port">Of that side.</param>
    /// <inheritdoc cref="DropAsync" path="/returns"/>
    public Task<Func<Task>> ResetAsync(string address, int port) => Rule("OUTPUT", "--destination", address, "--dport", $"{port}", "--jump", "REJECT", "--reject-with", "tcp-reset");

    /// <summary>Nobody reaches it, and it reaches nobody.</summary>
    /// <inheritdoc cref="DropAsync" path="/returns"/>
    public async Task<Func<Task>> UnplugAsync()
    {
        await TestNetwork.Ip("link", "set", Link, "down");
        return () => TestNetwork.Ip("link", "set", Link, "up");
    }

    async Task<Func<Task>> Rule(params IReadOnlyList<string> wanted)
    {
        IReadOnlyList<string> rule = [wanted[0], "--protocol", "tcp", .. wanted.Skip(1)];
        await Iptables("--insert", rule);
        return () => Iptables("--delete", rule);
    }

    // Waits for its lock: two faults at once would be refused one of their rules.
    Task Iptables(string action, IReadOnlyList<string> rule) => ChildProcess.RunAsync(new("ip", ["netns", "exec", Namespace, "iptables", "--wait", action, .. rule]));
}
