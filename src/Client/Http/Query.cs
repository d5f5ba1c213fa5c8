namespace GaiaOrleans.Client.Http;

/// <summary>Paths with what users typed in them.</summary>
internal static class Query
{
    /// <summary>Leaves out what is null.</summary>
    public static string With(string path, params (string Name, object? Value)[] parameters)
    {
        var given = parameters.Where(p => p.Value is not null).Select(p => $"{p.Name}={Uri.EscapeDataString(FormattableString.Invariant($"{p.Value}"))}").ToArray();
        return given.Length == 0 ? path : $"{path}?{string.Join('&', given)}";
    }

    public static string Segment(string text) => Uri.EscapeDataString(text);
}
