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
    public Task<Func<Task>> DropAsync(string address, int? port = null) => Rule(address, port, "DROP");

    /// <summary>As <see cref="DropAsync"/>, but whoever sends something learns at once that its connection is gone.</summary>
    /// <inheritdoc cref="DropAsync" path="/param"/>
    /// <inheritdoc cref="DropAsync" path="/returns"/>
    public Task<Func<Task>> ResetAsync(string address, int? port = null) => Rule(address, port, "REJECT", "--reject-with", "tcp-reset");

    /// <summary>Nobody reaches it, and it reaches nobody.</summary>
    /// <inheritdoc cref="DropAsync" path="/returns"/>
    public async Task<Func<Task>> UnplugAsync()
    {
        await TestNetwork.Ip("link", "set", Link, "down");
        return () => TestNetwork.Ip("link", "set", Link, "up");
    }

    async Task<Func<Task>> Rule(string address, int? port, params IReadOnlyList<string> target)
    {
        IReadOnlyList<string> rule = ["INPUT", "--protocol", "tcp", "--source", address, .. port is { } from ? ["--sport", $"{from}"] : Array.Empty<string>(), "--jump", .. target];
        await Iptables("--insert", rule);
        return () => Iptables("--delete", rule);
    }

    // Waits for its lock: two faults at once would be refused one of their rules.
    Task Iptables(string action, IReadOnlyList<string> rule) => ChildProcess.RunAsync(new("ip", ["netns", "exec", Namespace, "iptables", "--wait", action, .. rule]));
}
