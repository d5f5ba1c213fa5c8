namespace GaiaOrleans.Testbed;

/// <summary>The programs of this repository as the build left them, in the configuration of the tests.</summary>
public static class Built
{
    public static string Program(string project)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        var path = RepositoryRoot.PathTo("artifacts", "bin", project, configuration, $"GaiaOrleans.{project}.dll");
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} is not built; build GaiaOrleans.sln first.", path);
    }
}
