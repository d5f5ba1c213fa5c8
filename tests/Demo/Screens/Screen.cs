using Spectre.Console;

namespace GaiaOrleans.Demo.Screens;

/// <summary>What the person sees: colours and bars on a terminal, plain lines everywhere else.</summary>
internal sealed class Screen(bool plain, TimeProvider time)
{
    private static readonly TimeSpan PlainEvery = TimeSpan.FromSeconds(2);

    public bool IsPlain => plain;

    public void Title(string text) => Write("bold", "", text);

    public void Note(string text) => Write("grey", "   ", text);

    public void Done(string text) => Write("green", "ok ", text);

    public void Warn(string text) => Write("yellow", "!  ", text);

    public void Fail(string text) => Write("red bold", "FAILED  ", text);

    /// <summary>Shows how far something is while <paramref name="work"/> tells it.</summary>
    public async Task Watch(string title, Func<Action<Progressed>, Task> work)
    {
        if (plain)
        {
            await WatchPlainly(title, work);
            return;
        }
        await AnsiConsole.Progress().Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left }).StartAsync(async display =>
        {
            var bar = display.AddTask(Markup.Escape(title));
            await work(now =>
            {
                bar.MaxValue = Math.Max(now.Total, 1);
                bar.Value = now.Done;
                bar.Description = Markup.Escape($"{title}  {now.Text}");
            });
            bar.StopTask();
        });
    }

    private async Task WatchPlainly(string title, Func<Action<Progressed>, Task> work)
    {
        var shown = time.GetTimestamp();
        await work(now =>
        {
            if (time.GetElapsedTime(shown) < PlainEvery)
                return;
            shown = time.GetTimestamp();
            Note($"{title}  {now.Text}");
        });
    }

    private void Write(string style, string lead, string text)
    {
        if (plain)
            Console.WriteLine(lead + text);
        else
            AnsiConsole.MarkupLine($"[{style}]{Markup.Escape(lead)}[/]{Markup.Escape(text)}");
    }
}

internal readonly record struct Progressed(double Done, double Total, string Text);
