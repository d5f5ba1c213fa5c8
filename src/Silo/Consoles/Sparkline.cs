using System.Globalization;

namespace GaiaOrleans.Silo.Consoles;

/// <summary>A series as points of an SVG line, 300 by 60, its highest value at the top.</summary>
internal static class Sparkline
{
    public const int Width = 300;
    public const int Height = 60;

    /// <param name="highest">Common to all lines of one picture.</param>
    public static string Points(IReadOnlyList<double> values, double highest)
    {
        var step = values.Count > 1 ? (double)Width / (values.Count - 1) : 0;
        return string.Join(' ', values.Select((v, i) => string.Create(CultureInfo.InvariantCulture, $"{i * step:0.#},{Height - (highest > 0 ? v / highest * (Height - 2) : 0) - 1:0.#}")));
    }
}
