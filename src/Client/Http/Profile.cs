namespace GaiaOrleans.Client.Http;

/// <summary>
/// Where the cluster is and with which key, in a file of one's own: lines of <c>GAIA_URL=…</c> and <c>GAIA_TOKEN=…</c>. The environment goes before it.
/// </summary>
internal static class Profile
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private static readonly string[] Known = ["GAIA_URL", "GAIA_TOKEN"];

    /// <summary>The environment, and behind it the profile where there is one.</summary>
    /// <exception cref="UsageException">Others may read or write the file, it cannot be read, or holds something else.</exception>
    public static Func<string, string?> Behind(Func<string, string?> environment)
    {
        var profile = Read(environment);
        return name => environment(name) is { Length: > 0 } value ? value : profile.GetValueOrDefault(name);
    }

    private static Dictionary<string, string> Read(Func<string, string?> environment)
    {
        var named = environment("GAIA_PROFILE") is { Length: > 0 } path ? path : null;
        var file = named ?? Usual(environment);
        var values = new Dictionary<string, string>();
        if (file is null || named is null && !File.Exists(file)) return values;
        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & Others) != 0)
                throw new UsageException($"{file} holds a key, and others than its owner may open it: chmod 600 {file}.");
            foreach (var (line, n) in File.ReadLines(file).Select((line, n) => (line.Trim(), n + 1)))
            {
                if (line.Length == 0 || line[0] == '#') continue;
                if (line.Split('=', 2) is not [var name, var value] || !Known.Contains(name.Trim())) throw new UsageException($"{file}, line {n}: a profile has GAIA_URL=… and GAIA_TOKEN=…, nothing else.");
                values[name.Trim()] = value.Trim();
            }

            return values;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The profile {file} cannot be read: {e.Message}.");
        }
    }

    private static string? Usual(Func<string, string?> environment)
    {
        if (environment("XDG_CONFIG_HOME") is { Length: > 0 } folder) return Path.Combine(folder, "gaia", "profile");
        return environment("HOME") is { Length: > 0 } home ? Path.Combine(home, ".config", "gaia", "profile") : null;
    }
}
