using System.Text.Json;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Gateway.Emergencies;

/// <summary>Where this gateway remembers an emergency: on its own disk, because nothing else may be there any more.</summary>
public sealed class EmergencyFile(IOptions<GatewayOptions> options, IConfiguration configuration)
{
    public string Path { get; } = options.Value.StateFile ?? Default(options.Value.Name, configuration["urls"]);

    /// <exception cref="InvalidOperationException">It cannot be read. Starting as if there were none might take writes away from GAIA_HOME.</exception>
    public Emergency? Read()
    {
        try
        {
            return File.Exists(Path) ? JsonSerializer.Deserialize<Emergency>(File.ReadAllBytes(Path), GaiaJson.Options) : null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"Gateway:StateFile '{Path}' cannot be read ({e.Message}), so nobody knows whether this gateway is in emergency. Mend it, or delete it if it is not.", e);
        }
    }

    /// <summary>All of it or nothing: written beside, then renamed.</summary>
    public void Write(Emergency? emergency)
    {
        if (emergency is null)
        {
            File.Delete(Path);
            return;
        }

        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!);
        var beside = Path + ".new";
        using (var file = new FileStream(beside, FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(file, emergency, GaiaJson.Options);
            file.Flush(flushToDisk: true);
        }

        File.Move(beside, Path, overwrite: true);
    }

    /// <summary>One per gateway: several on one machine differ in name or address.</summary>
    private static string Default(string? name, string? urls)
    {
        var own = string.Concat($"{name ?? Environment.MachineName}-{urls}".Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')).Trim('-');
        var home = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        return System.IO.Path.Combine(home.Length > 0 ? home : System.IO.Path.GetTempPath(), "gaia-orleans", $"gateway-{own}.json");
    }
}
