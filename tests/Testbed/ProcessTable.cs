using System.Diagnostics;
using System.Globalization;

namespace GaiaOrleans.Testbed;

/// <summary>One line of the operating system's process table.</summary>
readonly record struct ProcessEntry(int Id, int ParentId, char State)
{
    public bool IsStopped => State is 'T';

    // A zombie holds nothing; in a container nobody may ever collect it.
    public bool IsDead => State is 'Z' or 'X';
}

static class ProcessTable
{
    public static IEnumerable<ProcessEntry> Read() => OperatingSystem.IsLinux() ? ReadProc() : ReadPs();

    /// <returns>Null when there is no such process.</returns>
    public static ProcessEntry? Find(int processId)
    {
        if (OperatingSystem.IsLinux())
            return ReadStat($"/proc/{processId}");
        foreach (var entry in Read())
            if (entry.Id == processId)
                return entry;
        return null;
    }

    // Not ps: slim container images do not have it.
    static IEnumerable<ProcessEntry> ReadProc()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
            if (char.IsAsciiDigit(Path.GetFileName(folder)[0]) && ReadStat(folder) is { } entry)
                yield return entry;
    }

    static ProcessEntry? ReadStat(string folder)
    {
        try
        {
            var line = File.ReadAllText(Path.Combine(folder, "stat"));
            // "id (name) state parent …"; the name may itself hold blanks and parentheses.
            var rest = line[(line.LastIndexOf(')') + 2)..].Split(' ', 3);
            return new(Number(line[..line.IndexOf(' ')]), Number(rest[1]), rest[0][0]);
        }
        catch (IOException)
        {
            return null; // ended between the listing and the look
        }
    }

    static IEnumerable<ProcessEntry> ReadPs()
    {
        using var ps = Process.Start(new ProcessStartInfo("ps", "-A -o pid=,ppid=,state=") { RedirectStandardOutput = true })!;
        while (ps.StandardOutput.ReadLine() is { } line)
        {
            var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            yield return new(Number(parts[0]), Number(parts[1]), parts[2][0]);
        }
    }

    static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
