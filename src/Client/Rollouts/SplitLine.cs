using System.Text.Json;
using GaiaOrleans.Client.Output;
using Spectre.Console;

namespace GaiaOrleans.Client.Rollouts;

/// <summary>Who gets how much of the traffic, as a bar: the target from the left.</summary>
internal static class SplitLine
{
    private static readonly Style Go = new(Color.Green);
    private static readonly Style Python = new(Color.Blue);

    public static Paragraph Of(JsonElement traffic, bool unicode)
    {
        var line = new Paragraph($"go {traffic.Text("go_percentage") ?? "-"} % ", Go);
        Bar.AppendTo(line, (traffic.Number("go_percentage") ?? 0) / 100, Go, Python, unicode);
        return line.Append($" {traffic.Text("python_percentage") ?? "-"} % python", Python);
    }
}
