using System.CommandLine;

namespace GaiaOrleans.Benchmarks.Peers;

/// <summary>What one would use instead, as a process of its own: this very program, called by a word that its help does not show.</summary>
internal static class PeerCommand
{
    public const string Word = "peer";

    public static Command Create()
    {
        var kind = new Argument<string>("kind");
        kind.AcceptOnlyFromAmong(EmptyEndpoint.Kind, BareForwarder.Kind, EmptySilo.Kind);
        var url = new Argument<string>("url");
        var with = new Argument<string>("with");
        var command = new Command(Word) { kind, url, with };
        command.Hidden = true;
        command.SetAction((parsed, cancellation) => parsed.GetRequiredValue(kind) switch
        {
            EmptyEndpoint.Kind => EmptyEndpoint.Serve(parsed.GetRequiredValue(url), parsed.GetRequiredValue(with), cancellation),
            EmptySilo.Kind => EmptySilo.Serve(parsed.GetRequiredValue(url), parsed.GetRequiredValue(with), cancellation),
            _ => BareForwarder.Serve(parsed.GetRequiredValue(url), parsed.GetRequiredValue(with), cancellation),
        });
        return command;
    }
}
