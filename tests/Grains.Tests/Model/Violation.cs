namespace GaiaOrleans.Grains.Tests.Model;

/// <summary>An invariant of architecture.md, section 7, does not hold.</summary>
internal sealed class Violation(string invariant, string message) : Exception($"{invariant}: {message}");

/// <summary>The process died here; nobody answers.</summary>
internal sealed class CrashedException : Exception;
