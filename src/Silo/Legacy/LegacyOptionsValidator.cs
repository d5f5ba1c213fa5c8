using GaiaOrleans.Gateway.Legacy;
using GaiaOrleans.Grains.Sessions;
using Microsoft.Extensions.Options;
using SessionOptions = GaiaOrleans.Grains.Sessions.SessionOptions;

namespace GaiaOrleans.Silo.Legacy;

/// <summary>Every failure at once, each with what to set instead.</summary>
internal sealed class LegacyOptionsValidator(IOptions<SessionOptions> sessions) : IValidateOptions<LegacyOptions>
{
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromHours(1);
    private static readonly TimeSpan ShortestBreak = TimeSpan.FromMilliseconds(500);

    public ValidateOptionsResult Validate(string? name, LegacyOptions options)
    {
        var failures = Address(options).Concat(Credential(options)).Concat(Choices(options)).Concat(Stamps(options)).Concat(Times(options)).Concat(Sizes(options)).ToList();
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static IEnumerable<string> Address(LegacyOptions o)
    {
        if (o.BaseUrl.Length == 0) yield return Fix("BaseUrl", "is not set; set it to GAIA_HOME's address", "Legacy__BaseUrl=http://gaia-home:5000");
        else if (!Uri.TryCreate(o.BaseUrl, UriKind.Absolute, out var url) || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps))
            yield return Fix("BaseUrl", $"is '{o.BaseUrl}', which is no absolute http or https address", "Legacy__BaseUrl=http://gaia-home:5000");
        else if (url.UserInfo.Length + url.Query.Length + url.Fragment.Length > 0)
            yield return Fix("BaseUrl", "must end with host, port and path; a credential belongs into Legacy:Credential", "Legacy__BaseUrl=http://gaia-home:5000");
    }

    private static IEnumerable<string> Credential(LegacyOptions o) => LegacyAuth.Flaw(o.Auth, o.Credential) is var (setting, what, fix) ? [Fix(setting, what, fix)] : [];

    private static IEnumerable<string> Choices(LegacyOptions o)
    {
        if (o.ListShape != LegacyOptions.Auto && !ListShape.All.Contains(o.ListShape))
            yield return OneOf("ListShape", o.ListShape, [LegacyOptions.Auto, .. ListShape.All]);
        if (o.IdField != LegacyOptions.Auto && !IdMembers.All.Contains(o.IdField))
            yield return OneOf("IdField", o.IdField, [LegacyOptions.Auto, .. IdMembers.All]);
    }

    private static IEnumerable<string> Stamps(LegacyOptions o)
    {
        foreach (var (index, field) in o.StampedFields.Index())
            if (string.IsNullOrWhiteSpace(field)) yield return Fix($"StampedFields:{index}", "is blank", $"Legacy__StampedFields__{index}={SessionField.UpdatedAt}");
            else if (o.DirectWriters && SessionField.ByName.TryGetValue(field, out var known) && known.Kind != FieldKind.Timestamp)
                yield return Fix(
                    $"StampedFields:{index}", $"is '{field}', which clients write: with Legacy:DirectWriters their changes of it would be overwritten unseen",
                    $"Legacy__StampedFields__{index} to a member that GAIA_HOME alone writes, or Legacy__DirectWriters=false");
    }

    private IEnumerable<string> Times(LegacyOptions o)
    {
        if (o.Timeout < TimeSpan.FromMilliseconds(10)) yield return Fix("Timeout", $"is {o.Timeout}, too short for any answer", "DUAL_WRITE_TIMEOUT_MS=2000");
        if (o.Timeout >= o.TotalTimeout)
            yield return Fix("Timeout", $"({o.Timeout}) must be shorter than Legacy:TotalTimeout ({o.TotalTimeout})", "DUAL_WRITE_TIMEOUT_MS lower, or Legacy__TotalTimeout higher");
        if (o.TotalTimeout + sessions.Value.SendWithin >= sessions.Value.SendLease)
            yield return Fix(
                "TotalTimeout",
                $"({o.TotalTimeout}) and Sessions:SendWithin ({sessions.Value.SendWithin}) must be shorter than Sessions:SendLease ({sessions.Value.SendLease}), "
                    + "which fences what is still on its way",
                "Legacy__TotalTimeout lower, or Sessions__SendLease higher");
        if (o.ListTimeout < o.Timeout || o.ListTimeout > LongestTimeout)
            yield return Fix("ListTimeout", $"is {o.ListTimeout}", $"Legacy__ListTimeout from {o.Timeout} to {LongestTimeout}");
        if (o.Breaker.Sampling < ShortestBreak || o.Breaker.Sampling > LongestTimeout)
            yield return Fix("Breaker:Sampling", $"is {o.Breaker.Sampling}", $"Legacy__Breaker__Sampling from {ShortestBreak} to {LongestTimeout}");
        if (o.Breaker.Break < ShortestBreak || o.Breaker.Break > LongestTimeout)
            yield return Fix("Breaker:Break", $"is {o.Breaker.Break}", $"Legacy__Breaker__Break from {ShortestBreak} to {LongestTimeout}");
    }

    private static IEnumerable<string> Sizes(LegacyOptions o)
    {
        if (o.Breaker.FailureRatio is not (> 0 and <= 1))
            yield return Fix("Breaker:FailureRatio", $"is {o.Breaker.FailureRatio}", "Legacy__Breaker__FailureRatio above 0, at most 1");
        if (o.Breaker.MinimumThroughput < 2)
            yield return Fix("Breaker:MinimumThroughput", $"is {o.Breaker.MinimumThroughput}", "Legacy__Breaker__MinimumThroughput to at least 2");
        foreach (var (setting, value, least, most) in new[]
                 {
                     ("PageSize", o.PageSize, 1, 100_000), ("MaxConcurrent", o.MaxConcurrent, 1, 10_000), ("MaxWaiting", o.MaxWaiting, 0, 1_000_000),
                     ("MaxBodyBytes", o.MaxBodyBytes, 1 << 10, 1 << 30), ("MaxListBytes", o.MaxListBytes, 1 << 10, 2_000_000_000),
                 })
            if (value < least || value > most)
                yield return Fix(setting, $"is {value}", $"Legacy__{setting} from {least} to {most}");
    }

    private static string OneOf(string setting, string value, IEnumerable<string> allowed) =>
        Fix(setting, $"is '{value}'", $"Legacy__{setting} to one of {string.Join(", ", allowed)}");

    private static string Fix(string setting, string what, string fix) => $"Legacy:{setting} {what}. Set {fix} (environment).";
}
