namespace GaiaOrleans.Testbed;

/// <summary>The programs of this repository as the build left them, in the configuration of the tests.</summary>
public static class Built
{
    private static readonly string[] Deployed = ["Silo", "Gateway"];

    /// <summary>What is deployed is taken as it is published for that, compiled ahead.</summary>
    public static bool AsPublished { get; set; }

    public static string Program(string project)
    {
        if (AsPublished && Deployed.Contains(project)) return Existing(RepositoryRoot.PathTo("artifacts", "published", project, $"GaiaOrleans.{project}.dll"), "./gaia bench publishes it");
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        return Existing(RepositoryRoot.PathTo("artifacts", "bin", project, configuration, $"GaiaOrleans.{project}.dll"), "build GaiaOrleans.sln first");
    }

    /// <summary>A silo that is deployed has its runtime with it.</summary>
    internal static ChildCommand Silo() =>
        AsPublished ? new(Existing(RepositoryRoot.PathTo("artifacts", "published", "Silo", "GaiaOrleans.Silo"), "./gaia bench publishes it")) : new("dotnet", Program("Silo"));

    private static string Existing(string path, string remedy) => File.Exists(path) ? path : throw new FileNotFoundException($"{path} does not exist; {remedy}.", path);
}
