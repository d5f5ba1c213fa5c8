using System.Globalization;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.Chaos.Faults;

/// <summary>What reaches into a silo's process through files: where it ends, and by how much its clock is wrong. The code is loaded into it from outside.</summary>
internal sealed class SiloControls : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gaia-chaos-");

    /// <summary>With which the silo is started.</summary>
    public IReadOnlyDictionary<string, string?> EnvironmentOf(string silo) => new Dictionary<string, string?>
    {
        ["DOTNET_STARTUP_HOOKS"] = Built.Program("ChaosHook"),
        ["ASPNETCORE_HOSTINGSTARTUPASSEMBLIES"] = "GaiaOrleans.ChaosHook",
        ["GAIA_DIES_AT"] = StepOf(silo),
        ["GAIA_CLOCK_OFF_BY"] = ClockOf(silo),
    };

    /// <summary>The silo's process ends when it reaches this step, once.</summary>
    public void DieAt(string silo, string step) => Put(StepOf(silo), step);

    /// <summary>It has not come to it yet.</summary>
    public bool Waits(string silo) => File.Exists(StepOf(silo));

    public void DieNowhere(string silo) => File.Delete(StepOf(silo));

    public void SetClock(string silo, TimeSpan offBy) => Put(ClockOf(silo), Seconds(offBy));

    /// <summary>A silo goes by a clock that is wrong by so much.</summary>
    public bool Shows(TimeSpan offBy) => _folder.EnumerateFiles("*.shown").Any(shown => File.ReadAllText(shown.FullName) == Seconds(offBy));

    public void Dispose() => _folder.Delete(recursive: true);

    private static string Seconds(TimeSpan offBy) => offBy.TotalSeconds.ToString(CultureInfo.InvariantCulture);

    private string StepOf(string silo) => Path.Combine(_folder.FullName, $"{silo}.step");

    private string ClockOf(string silo) => Path.Combine(_folder.FullName, $"{silo}.clock");

    // At once: half a word would be no step, and half a number another time.
    private static void Put(string file, string text)
    {
        File.WriteAllText(file + ".new", text);
        File.Move(file + ".new", file, overwrite: true);
    }
}
