using Spectre.Console;

namespace GaiaOrleans.Client.Output;

/// <summary>A share of a whole, as a bar of fixed width.</summary>
internal static class Bar
{
    private const int Width = 30;

    public static Paragraph Of(double share, Style full, Style rest, bool unicode) => AppendTo(new Paragraph(), share, full, rest, unicode);

    public static Paragraph AppendTo(Paragraph line, double share, Style full, Style rest, bool unicode)
    {
        var filled = Filled(share);
        return line
            .Append(new string(unicode ? '█' : '#', filled), full)
            .Append(new string(unicode ? '░' : '.', Width - filled), rest);
    }

    /// <summary>Neither full before the end, nor empty after the beginning.</summary>
    private static int Filled(double share) => share switch
    {
        <= 0 or double.NaN => 0,
        >= 1 => Width,
        _ => Math.Clamp((int)Math.Round(share * Width), 1, Width - 1),
    };
}
