namespace GaiaOrleans.Testbed;

/// <summary>The folder with <c>GaiaOrleans.sln</c>, found upward from where the program lies.</summary>
public static class RepositoryRoot
{
    static readonly Lazy<string> Found = new(Find);

    public static string Folder => Found.Value;

    /// <summary>An absolute path from parts relative to the repository.</summary>
    public static string PathTo(params ReadOnlySpan<string> parts) => Path.Combine([Folder, .. parts]);

    static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "GaiaOrleans.sln")))
                return folder.FullName;
        throw new DirectoryNotFoundException($"No GaiaOrleans.sln in {AppContext.BaseDirectory} or any folder above it.");
    }
}
