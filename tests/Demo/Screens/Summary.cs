using Spectre.Console;

namespace GaiaOrleans.Demo.Screens;

/// <summary>Names and values, one under the other.</summary>
internal static class Summary
{
    public static void Show(string title, bool plain, IReadOnlyList<(string Name, string Value, bool Good)> rows)
    {
        if (plain)
        {
            Console.WriteLine();
            Console.WriteLine(title);
            var width = rows.Max(row => row.Name.Length);
            foreach (var (name, value, _) in rows)
                Console.WriteLine($"  {name.PadRight(width)}  {value}");
            return;
        }
        var table = new Table().Title(Markup.Escape(title)).Border(TableBorder.Rounded).HideHeaders().AddColumns("", "");
        foreach (var (name, value, good) in rows)
            table.AddRow(Markup.Escape(name), good ? Markup.Escape(value) : $"[red bold]{Markup.Escape(value)}[/]");
        AnsiConsole.Write(table);
    }
}
