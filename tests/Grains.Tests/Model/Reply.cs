using GaiaOrleans.Contracts.Problems;

namespace GaiaOrleans.Grains.Tests.Model;

internal enum Verdict
{
    Acknowledged,

    /// <summary>Nothing changed, says the problem.</summary>
    Refused,

    /// <summary>It may have taken effect: said so, or nobody answered.</summary>
    Unknown,
}

/// <summary>What a client learns of its write.</summary>
internal sealed record Reply(Verdict Verdict, long Version = 0, Content? Content = null, bool Replayed = false, GaiaException? Problem = null);
