using Microsoft.Extensions.Configuration;

namespace GaiaOrleans.Gateway.Tests;

public sealed class SecretFilesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gaia-secrets-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("GAIA_SECRETS")]
    [InlineData("CREDENTIALS_DIRECTORY")]
    public void A_file_is_the_setting_of_its_name_and_wins_over_the_environment(string variable)
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "Postgres__ConnectionString"), "Host=from-file\n");
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection([new(variable, _folder.FullName), new("Postgres:ConnectionString", "Host=from-environment")]);
        configuration.AddSecretFiles();
        Assert.Equal("Host=from-file", configuration["Postgres:ConnectionString"]);
    }

    [Fact]
    public void An_empty_file_is_an_empty_value()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "Legacy__Credential"), "");
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection([new("GAIA_SECRETS", _folder.FullName)]);
        configuration.AddSecretFiles();
        Assert.Equal("", configuration["Legacy:Credential"]);
    }

    [Fact]
    public void A_folder_that_is_not_there_gives_nothing()
    {
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection([new("GAIA_SECRETS", Path.Combine(_folder.FullName, "none"))]);
        configuration.AddSecretFiles();
        Assert.Null(configuration["Postgres:ConnectionString"]);
    }
}
