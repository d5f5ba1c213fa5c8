using Spectre.Console;
using Spectre.Console.Rendering;

namespace GaiaOrleans.Client.Output;

/// <summary>Where answers (out) and everything about them (error) go, and whom to ask.</summary>
/// <param name="ansi">Colour and redrawing; without it not one escape sequence is written.</param>
/// <param name="width">Of a line, in columns; a pipe has no end.</param>
/// <param name="canAsk">Somebody sits at the input and sees the error stream.</param>
internal sealed class Terminal(TextWriter output, TextWriter error, TextReader input, bool ansi = false, int width = Terminal.Endless, bool canAsk = false)
{
    private const int Endless = 10_000;
    private const int HelpColumns = 110;

    private readonly IAnsiConsole _console = Console(output, ansi, width);

    public TextWriter Out => output;

    public TextWriter Error => error;

    public TextReader In => input;

    public bool CanAsk => canAsk;

    public bool Redraws => ansi;

    public bool Unicode { get; } = output.Encoding.CodePage is 65001 or 1200;

    public int HelpWidth => Math.Min(width, HelpColumns);

    public static Terminal OfProcess()
    {
        var plain = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) || Environment.GetEnvironmentVariable("TERM") is "dumb";
        var piped = System.Console.IsOutputRedirected;
        var width = piped ? Endless : System.Console.WindowWidth is > 20 and var columns ? columns : 80;
        var canAsk = !System.Console.IsInputRedirected && !System.Console.IsErrorRedirected;
        return new(System.Console.Out, System.Console.Error, System.Console.In, !piped && !plain, width, canAsk);
    }

    public void Write(IRenderable what)
    {
        if (ansi) _console.Write(what);
        else WritePlain(output, what);
    }

    /// <summary>A server's document on its own lines, unchanged for json.</summary>
    public void Document(string json, OutputFormat format)
    {
        if (json.Length == 0) return;
        var text = format == OutputFormat.Yaml ? YamlText.Of(json) : json;
        if (text.Length > 0) output.Write(text.EndsWith('\n') ? text : text + "\n");
    }

    public void Complain(string what) => error.WriteLine($"gaia: {Cell.Clean(what)}");

    public void WriteError(IRenderable what) => WritePlain(error, what);

    /// <summary>What was typed, null at the end of input.</summary>
    public async Task<string?> Ask(string question, CancellationToken cancellationToken)
    {
        await error.WriteAsync(Cell.Clean(question).AsMemory(), cancellationToken);
        await error.FlushAsync(cancellationToken);
        // A console's read cannot be cancelled; its thread is left behind instead.
        var line = Task.Factory.StartNew(input.ReadLine, cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return await line.WaitAsync(cancellationToken);
    }

    /// <summary>Each frame in place of the one before; the last one stays.</summary>
    public Task Redraw(IAsyncEnumerable<IRenderable> frames) =>
        _console.Live(new Text("")).Overflow(VerticalOverflow.Ellipsis).StartAsync(async live =>
        {
            await foreach (var frame in frames)
                live.UpdateTarget(frame);
        });

    /// <summary>Tables are padded to their width; a line in a file ends where its text ends.</summary>
    private void WritePlain(TextWriter writer, IRenderable what)
    {
        using var text = new StringWriter();
        Console(text, false, width).Write(what);
        foreach (var line in text.ToString().TrimEnd().Split('\n'))
            writer.WriteLine(line.TrimEnd());
    }

    private static IAnsiConsole Console(TextWriter writer, bool ansi, int width)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = ansi ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = ansi ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = ansi ? InteractionSupport.Yes : InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        console.Profile.Width = width;
        return console;
    }
}
