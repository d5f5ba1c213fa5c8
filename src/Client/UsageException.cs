namespace GaiaOrleans.Client;

/// <summary>The command line is well-formed but cannot be carried out as given. Nothing was sent.</summary>
internal sealed class UsageException(string message) : Exception(message);
