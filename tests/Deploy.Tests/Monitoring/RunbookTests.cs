using System.Text.RegularExpressions;
using GaiaOrleans.Deploy.Tests.Files;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.Deploy.Tests.Monitoring;

/// <summary>Whoever an alert wakes finds its page.</summary>
public sealed class RunbookTests
{
    private const string Page = "docs/RUNBOOKS.md";

    private static readonly string[] Headings =
        [.. Regex.Matches(File.ReadAllText(RepositoryRoot.PathTo("docs", "RUNBOOKS.md")), "^## (.+)$", RegexOptions.Multiline).Select(m => m.Groups[1].Value)];

    private static readonly (string Name, string? Runbook)[] Alerts =
        [.. DeployFile.Yaml("prometheus", "rules.yml").Single()["groups"].Items().SelectMany(g => g["rules"].Items()).Where(r => r["alert"] is not null)
            .Select(r => (r["alert"].Said(), r["annotations"]?["runbook_url"]?.Said()))];

    [Fact]
    public void Every_alert_has_its_runbook_and_every_runbook_its_alert() => Assert.Equal(Alerts.Select(a => a.Name), Headings);

    [Fact]
    public void Every_alert_leads_to_it() => Assert.All(Alerts, a => Assert.Equal($"{Page}#{a.Name.ToLowerInvariant()}", a.Runbook));
}
