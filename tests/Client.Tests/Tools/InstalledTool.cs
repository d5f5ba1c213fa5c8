using GaiaOrleans.Testbed;

namespace GaiaOrleans.Client.Tests.Tools;

/// <summary>gaia, packed and installed as its users do it, from nowhere but here.</summary>
public sealed class InstalledTool : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gaia-tool-");

    public string Folder => Path.Combine(_folder.FullName, "tools");

    public async Task InitializeAsync()
    {
        var packages = _folder.CreateSubdirectory("packages").FullName;
        var sources = Path.Combine(_folder.FullName, "nuget.config");
        await File.WriteAllTextAsync(sources, $"""<configuration><packageSources><clear /><add key="here" value="{packages}" /></packageSources></configuration>""");
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        await Dotnet("pack", RepositoryRoot.PathTo("src", "Client", "Client.csproj"), "--no-build", "-c", configuration, "-o", packages);
        await Dotnet("tool", "install", "GaiaOrleans.Client", "--tool-path", Folder, "--add-source", packages, "--configfile", sources);
    }

    public Task DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>What a program printed, with the tool in front of the path.</summary>
    public async Task<string> Run(string program, params string[] arguments)
    {
        await using var child = ChildProcess.Start(new(program, arguments)
        {
            Environment = new Dictionary<string, string?> { ["PATH"] = $"{Folder}:{Environment.GetEnvironmentVariable("PATH")}", ["GAIA_URL"] = "http://127.0.0.1:9", ["GAIA_TOKEN"] = null },
        });
        var code = await child.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
        var printed = string.Join('\n', child.Output);
        Assert.True(code == 0, $"{program} ended with {code}: {printed}");
        return printed;
    }

    private Task Dotnet(params string[] arguments) => ChildProcess.RunAsync(new("dotnet", arguments) { WorkingDirectory = _folder.FullName, Environment = new Dictionary<string, string?> { ["MSBUILDDISABLENODEREUSE"] = "1" } }).WaitAsync(TimeSpan.FromMinutes(3));
}
