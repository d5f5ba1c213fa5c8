using System.Text.RegularExpressions;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.Deploy.Tests.Files;

public sealed partial class NoSecretTests
{
    [Fact]
    public void No_file_for_deployment_assigns_a_secret()
    {
        var files = Directory.EnumerateFiles(DeployFile.PathTo(), "*", SearchOption.AllDirectories)
            .Where(f => !f.Contains("gaia-home", StringComparison.Ordinal) && !f.EndsWith(".json", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(files);
        var found = files.SelectMany(f => File.ReadLines(f).Where(l => !l.TrimStart().StartsWith('#')).Where(Assigns).Select(l => $"{Path.GetRelativePath(RepositoryRoot.Folder, f)}: {l.Trim()}"));
        Assert.Empty(found);
    }

    [Theory]
    [InlineData("      POSTGRES_PASSWORD: geheim")]
    [InlineData("Postgres__ConnectionString=Host=db;Username=gaia;Password=geheim")]
    [InlineData("Auth__Keys__0__Hash=9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    [InlineData("Legacy__Credential: tok")]
    public void The_search_would_find_one(string line) => Assert.True(Assigns(line));

    // Whether a token is mounted is none. A file under /run/secrets, a reference with a variable, and a path to a credential are how secrets should be given.
    private static bool Assigns(string line) =>
        Assignment().Match(line) is { Success: true } match && !match.Groups[2].Value.Contains("/secrets/", StringComparison.Ordinal) && !match.Groups[2].Value.Contains("${GAIA_SECRETS", StringComparison.Ordinal);

    [GeneratedRegex(@"(?i)(?<![A-Z_0-9])(?!automount)([A-Z_0-9]*(?:PASSWORD|SECRET_KEY|TOKEN|CREDENTIAL|CONNECTIONSTRING|HASH)(?:__FILE|_FILE)?)""?\s*[:=]\s*(\S.*)")]
    private static partial Regex Assignment();
}
