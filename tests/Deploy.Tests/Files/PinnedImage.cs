using System.Text.RegularExpressions;

namespace GaiaOrleans.Deploy.Tests.Files;

/// <summary>An image whose tag names one release: it has at least two numbers, and is not what happens to be newest.</summary>
internal static partial class PinnedImage
{
    public static void Check(string image) => Assert.True(Release().IsMatch(image), $"'{image}' is not pinned to a release");

    /// <summary>Compose's <c>${NAME:-default}</c> and Docker's ARG, replaced by their defaults.</summary>
    public static string WithDefaults(string image) => Default().Replace(image, m => m.Groups[1].Value);

    [GeneratedRegex(@"^[a-z0-9./-]+:v?\d+\.\d+(\.\d+)?(-[a-z0-9-]+)?$")]
    private static partial Regex Release();

    [GeneratedRegex(@"\$\{[A-Z_]+:-([^}]*)\}")]
    private static partial Regex Default();
}
