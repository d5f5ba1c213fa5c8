using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Legacy;

namespace GaiaOrleans.Grains.Sessions;

/// <summary>When what a list of legacy showed may become a first row.</summary>
public static class ImportRules
{
    public const string From = "run";

    /// <param name="listedIn">The dual-write generation before the list was read.</param>
    /// <returns>Whether a write that went past the cluster may be younger than the list: then legacy must be asked again.</returns>
    public static bool TooOld(long listedIn, RolloutState rollout) => !rollout.FeedsLegacy || rollout.Generation != listedIn;

    /// <summary>To be added where there is no row, and only there.</summary>
    public static SessionRow FirstRow(string id, LegacyRead listed, RolloutState rollout, Moment moment) =>
        SessionRules.Adopt(SessionRow.Absent(id), listed, rollout, From, moment) ?? throw new InvalidOperationException($"Nothing was listed under '{id}'.");
}
