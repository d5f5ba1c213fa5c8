namespace GaiaOrleans.Client.Http;

/// <summary>The control plane did not answer.</summary>
internal sealed class UnreachableException(string message, Exception inner) : Exception(message, inner);
