using System.Globalization;

namespace GaiaOrleans.Testbed;

/// <summary>Where <c>initdb</c> and <c>postgres</c> lie: the variable GAIA_PG_BIN, PATH, Debian's folders, Homebrew's.</summary>
public static class PostgresBinaries
{
    const string Variable = "GAIA_PG_BIN";

    /// <exception cref="FileNotFoundException">There are none.</exception>
    public static string FindFolder()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given)
            return HoldsServer(given) ? given : throw new FileNotFoundException($"{Variable} is {given}, where initdb and postgres are not.");
        var path = Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries) ?? [];
        return path.Concat(Debian()).Concat(Homebrew()).FirstOrDefault(HoldsServer)
            ?? throw new FileNotFoundException(
                $"No PostgreSQL server found. Install it (apt-get install postgresql, or brew install postgresql), or set {Variable} to the folder of initdb and postgres.");
    }

    /// <summary>A program beside them; null = it is not there.</summary>
    /// <inheritdoc cref="FindFolder" path="/exception"/>
    public static string? Find(string program) => Path.Combine(FindFolder(), program) is var file && File.Exists(file) ? file : null;

    static bool HoldsServer(string folder) => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres"));

    static IEnumerable<string> Debian() =>
        Folders("/usr/lib/postgresql", "*").OrderByDescending(Version).Select(folder => Path.Combine(folder, "bin"));

    static IEnumerable<string> Homebrew() =>
        Folders("/opt/homebrew/opt", "postgresql*").OrderDescending(StringComparer.Ordinal).Select(folder => Path.Combine(folder, "bin"))
            .Append("/opt/homebrew/bin");

    static string[] Folders(string parent, string pattern) => Directory.Exists(parent) ? Directory.GetDirectories(parent, pattern) : [];

    static int Version(string folder) => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0;
}
