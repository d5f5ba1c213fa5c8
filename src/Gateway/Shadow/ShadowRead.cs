using GaiaOrleans.Contracts.Sessions;

namespace GaiaOrleans.Gateway.Shadow;

/// <summary>A read that was answered and is to be repeated on the other side.</summary>
/// <param name="ServedBy">The side that the client's answer came from.</param>
/// <param name="Version">The session's, as the client was shown it.</param>
internal readonly record struct ShadowRead(string Id, Side ServedBy, long Epoch, long Version);
