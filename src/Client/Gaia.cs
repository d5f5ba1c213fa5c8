using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using GaiaOrleans.Client.Access;
using GaiaOrleans.Client.Archives;
using GaiaOrleans.Client.Checklist;
using GaiaOrleans.Client.Cluster;
using GaiaOrleans.Client.Completion;
using GaiaOrleans.Client.Conflicts;
using GaiaOrleans.Client.Emergencies;
using GaiaOrleans.Client.Errors;
using GaiaOrleans.Client.Events;
using GaiaOrleans.Client.Http;
using GaiaOrleans.Client.Output;
using GaiaOrleans.Client.Preflight;
using GaiaOrleans.Client.Rollouts;
using GaiaOrleans.Client.Runs;
using GaiaOrleans.Client.Sessions;
using GaiaOrleans.Client.Telemetry;
using GaiaOrleans.Client.Webhooks;

namespace GaiaOrleans.Client;

/// <summary>The admin client: the words it knows, and the exit code of each way in which a word can end.</summary>
internal sealed class Gaia(Terminal terminal, Func<string, string?> environment, TimeProvider time)
{
    // A session id may begin with @, which would otherwise name a file of further arguments.
    private static readonly ParserConfiguration Parsing = new() { EnablePosixBundling = false, ResponseFileTokenReplacer = null };

    private readonly GlobalOptions _options = new();

    public RootCommand Root()
    {
        var root = new RootCommand("Watches and steers the migration of GAIA_HOME's sessions to this cluster.") { HelpName = "gaia" };
        foreach (var option in _options.All)
            root.Add(option);
        foreach (var help in root.Options.OfType<HelpOption>())
        {
            help.Action = new HelpAction { MaxWidth = terminal.HelpWidth };
            // Another system's habit; here it is how a session id or a path may begin.
            foreach (var slash in help.Aliases.Where(alias => alias.StartsWith('/')).ToList()) help.Aliases.Remove(slash);
        }

        foreach (var command in Commands())
            root.Add(command);
        return root;
    }

    public async Task<int> Run(string[] args, CancellationToken cancellationToken)
    {
        var parsed = Root().Parse(args, Parsing);
        var wrong = parsed.Action is ParseErrorAction;
        var invocation = new InvocationConfiguration
        {
            Output = wrong ? terminal.Error : terminal.Out,
            Error = terminal.Error,
            ProcessTerminationTimeout = null,
        };
        var code = await parsed.InvokeAsync(invocation, cancellationToken);
        return wrong ? ExitCode.Usage : code;
    }

    /// <summary>Gives <paramref name="command"/> its action, and every failure of it its words and exit code.</summary>
    public void Handle(Command command, Func<Call, CancellationToken, Task<int>> action) => command.SetAction(async (parsed, cancellationToken) =>
    {
        try
        {
            using var controlPlane = new ControlPlane(Address.Of(parsed.GetValue(_options.Url), parsed.GetValue(_options.Token), Profile.Behind(environment)), time);
            return await action(new Call(parsed, _options, terminal, controlPlane, time, environment), cancellationToken);
        }
        catch (UsageException e)
        {
            terminal.Complain($"{e.Message} See: {Path(command)} --help");
            return ExitCode.Usage;
        }
        catch (ProblemException e)
        {
            ProblemText.Write(e, parsed.GetValue(_options.Output), terminal);
            return e.Problem.Blockers.Count > 0 ? ExitCode.Blocked : ExitCode.Failed;
        }
        catch (UnreachableException e)
        {
            terminal.Complain(e.Message);
            return ExitCode.Unreachable;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            terminal.Complain("stopped; what had been sent already may still take effect");
            return ExitCode.Interrupted;
        }
    });

    private IEnumerable<Command> Commands() =>
    [
        PreflightCommand.Create(this),
        StatusCommand.Create(this),
        PlanCommand.Create(this),
        PhaseCommand.Create(this),
        SplitCommand.Create(this),
        DualWriteCommand.Create(this),
        RollbackCommand.Create(this),
        PinCommand.Pin(this),
        PinCommand.Unpin(this),
        PinCommand.List(this),
        PauseCommand.Pause(this),
        PauseCommand.Resume(this),
        ChecklistCommand.Create(this),
        AttestCommand.Create(this),
        DrillCommand.Create(this),
        CompleteCommand.Create(this),
        EmergencyCommand.Create(this),
        HistoryCommand.Create(this),
        EventsCommand.Create(this),
        WebhooksCommand.Create(this),
        EvidenceCommand.Create(this),
        MigrateCommand.Create(this),
        VerifyCommand.Create(this),
        ReconcileCommand.Create(this),
        MismatchesCommand.Create(this),
        LedgerCommand.Create(this),
        LedgerCommand.Retry(this),
        RunsCommand.Create(this),
        SessionCommand.Create(this),
        ConflictsCommand.Create(this),
        ErrorsCommand.Create(this),
        LagCommand.Create(this),
        MetricsCommand.Create(this),
        ClusterCommand.Create(this),
        GatewaysCommand.Create(this),
        KeysCommand.Create(this),
        CompletionCommand.Create(this),
    ];

    private static string Path(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{Path(parent)} {command.Name}" : "gaia";
}
