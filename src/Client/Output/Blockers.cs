using System.Text.Json;
using Spectre.Console.Rendering;

namespace GaiaOrleans.Client.Output;

/// <summary>The gates that stand in the way.</summary>
internal static class Blockers
{
    public static IRenderable Of(IEnumerable<JsonElement> blockers) => Listing.Of(
        blockers, "no blockers", Column.Of("gate"), Column.StateOf("status"), Column.Of("observed", wraps: true), Column.Of("required", wraps: true), Column.Of("since"));
}
