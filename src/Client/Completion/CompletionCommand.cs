using System.CommandLine;

namespace GaiaOrleans.Client.Completion;

/// <summary>What a shell needs in order to complete the words of this client: it asks the client itself, by the suggest directive.</summary>
internal static class CompletionCommand
{
    private static readonly string[] Shells = ["bash", "zsh", "fish"];

    public static Command Create(Gaia gaia)
    {
        var shell = new Argument<string>("SHELL") { HelpName = "SHELL", Description = string.Join(", ", Shells) };
        shell.AcceptOnlyFromAmong(Shells);
        var command = new Command("completion", "Print what a shell reads to complete gaia's words, for bash as in: eval \"$(gaia completion bash)\"") { shell };
        gaia.Handle(command, (call, _) =>
        {
            using var script = typeof(CompletionCommand).Assembly.GetManifestResourceStream($"gaia.{call.Get(shell)}")!;
            using var reader = new StreamReader(script);
            call.Terminal.Out.Write(reader.ReadToEnd());
            return Task.FromResult(ExitCode.Ok);
        });
        return command;
    }
}
