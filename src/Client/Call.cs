using System.CommandLine;
using System.Text.Json;
using GaiaOrleans.Client.Http;
using GaiaOrleans.Client.Output;
using Spectre.Console.Rendering;

namespace GaiaOrleans.Client;

/// <summary>One use of one command: what was asked, whom to ask, where to print.</summary>
internal sealed class Call(ParseResult parsed, GlobalOptions options, Terminal terminal, ControlPlane controlPlane, TimeProvider time, Func<string, string?> environment)
{
    public Terminal Terminal => terminal;

    public ControlPlane ControlPlane => controlPlane;

    public TimeProvider Time => time;

    public OutputFormat Output => parsed.GetValue(options.Output);

    /// <summary>Null when not given: the server decides whether it can do without.</summary>
    public string? Reason => parsed.GetValue(options.Reason);

    /// <summary>Of the environment; null when it is not set, or empty.</summary>
    public string? Variable(string name) => environment(name) is { Length: > 0 } value ? value : null;

    public T? Get<T>(Option<T> option) => parsed.GetValue(option);

    public T Get<T>(Argument<T> argument) => parsed.GetRequiredValue(argument);

    public T? GetOptional<T>(Argument<T> argument) => parsed.GetValue(argument);

    /// <summary>Prints the answer in the form that was asked for; <paramref name="table"/> makes the readable one.</summary>
    public void Show(Answer answer, Func<JsonElement, IRenderable> table)
    {
        if (Output == OutputFormat.Table)
            terminal.Write(table(answer.Json));
        else
            terminal.Document(answer.Body, Output);
    }

    /// <summary>The reason, asked for when there is somebody to ask.</summary>
    /// <exception cref="UsageException">None was given and nobody can be asked.</exception>
    public async Task<string> RequireReason(string what, CancellationToken cancellationToken)
    {
        if (!string.IsNullOrWhiteSpace(Reason)) return Reason;
        if (!terminal.CanAsk) throw new UsageException($"{what} needs --reason.");
        var answer = await terminal.Ask($"{what} needs a reason, for the history: ", cancellationToken);
        return string.IsNullOrWhiteSpace(answer) ? throw new UsageException($"{what} needs a reason.") : answer;
    }

    /// <summary>False: they thought better of it.</summary>
    /// <exception cref="UsageException">Nobody can be asked and <c>--yes</c> was not given.</exception>
    public async Task<bool> Confirm(string consequence, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(options.Yes)) return true;
        if (!terminal.CanAsk) throw new UsageException($"{consequence} Give --yes to do it.");
        var answer = await terminal.Ask($"{consequence} Go on? [y/N] ", cancellationToken);
        if (answer?.Trim().ToLowerInvariant() is "y" or "yes") return true;
        terminal.Complain("nothing was changed");
        return false;
    }
}
