using System.Globalization;

namespace GaiaOrleans.Benchmarks.Clusters;

/// <summary>What processes have cost, by the kernel's own books (Linux).</summary>
internal static class ProcessCost
{
    // The kernel's unit for everybody else is fixed at a hundredth of a second.
    private const double TicksPerSecond = 100;

    /// <summary>Of these and their children, those that ended included.</summary>
    public static TimeSpan CpuTime(params IReadOnlyList<int> roots)
    {
        var all = Directory.EnumerateDirectories("/proc").Where(f => char.IsAsciiDigit(Path.GetFileName(f)[0])).Select(Read).OfType<Stat>().ToList();
        var ticks = all.Where(s => roots.Contains(s.Id)).Sum(s => s.Own + s.EndedChildren) + all.Where(s => roots.Contains(s.Parent)).Sum(s => s.Own);
        return TimeSpan.FromSeconds(ticks / TicksPerSecond);
    }

    /// <summary>Resident, in MiB.</summary>
    public static double Memory(int id)
    {
        var line = File.ReadLines($"/proc/{id}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return double.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }

    private sealed record Stat(int Id, int Parent, long Own, long EndedChildren);

    private static Stat? Read(string folder)
    {
        try
        {
            var line = File.ReadAllText(Path.Combine(folder, "stat"));
            var rest = line[(line.LastIndexOf(')') + 2)..].Split(' ');
            return new(int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture), (int)At(1), At(11) + At(12), At(13) + At(14));

            long At(int i) => long.Parse(rest[i], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null; // ended between the listing and the look
        }
    }
}
