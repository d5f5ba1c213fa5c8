namespace GaiaOrleans.Demo;

/// <summary>The demo cannot go on; the message is all that the person needs.</summary>
internal sealed class DemoFailedException(string message) : Exception(message);
