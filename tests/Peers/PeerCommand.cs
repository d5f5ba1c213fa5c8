using System.CommandLine;

namespace GaiaOrleans.Peers;

/// <summary>What one would use instead, each as a process of its own that ends with whoever started it.</summary>
internal static class PeerCommand
{
    private static readonly Dictionary<string, Func<string, string, CancellationToken, Task>> Kinds = new()
    {
        [EmptyEndpoint.Kind] = EmptyEndpoint.Serve,
        [BareForwarder.Kind] = BareForwarder.Serve,
        [EmptySilo.Kind] = EmptySilo.Serve,
        [StateSilo.Kind] = StateSilo.Serve,
    };

    public static RootCommand Create()
    {
        var kind = new Argument<string>("kind");
        kind.AcceptOnlyFromAmong([.. Kinds.Keys]);
        var url = new Argument<string>("url") { Description = "Where it listens." };
        var with = new Argument<string>("with") { Description = "The length of its answer, its target or its database." };
        var command = new RootCommand("What the benchmarks compare with.") { kind, url, with };
        command.SetAction((parsed, cancellation) => Kinds[parsed.GetRequiredValue(kind)](parsed.GetRequiredValue(url), parsed.GetRequiredValue(with), cancellation));
        return command;
    }
}
