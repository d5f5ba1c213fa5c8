namespace GaiaOrleans.Gateway;

/// <summary>
/// Settings that must not show in an environment or a command line: one file each, named like the variable (<c>Postgres__ConnectionString</c>),
/// in a folder that the orchestrator mounts. A file wins over a variable.
/// </summary>
public static class SecretFiles
{
    /// <summary>Where Docker mounts them. Kubernetes mounts them where <c>GAIA_SECRETS</c> says; systemd names its own folder.</summary>
    private const string Docker = "/run/secrets";

    public static void AddSecretFiles(this IConfigurationManager configuration)
    {
        var folder = configuration["GAIA_SECRETS"] ?? configuration["CREDENTIALS_DIRECTORY"] ?? Docker;
        configuration.AddKeyPerFile(Path.GetFullPath(folder), optional: true);
    }
}
