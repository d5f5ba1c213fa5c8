using System.Text;
using GaiaOrleans.Grains.Conflicts;

namespace GaiaOrleans.Grains.Tests.Model;

/// <summary>What an operator's decisions about single fields make of a session. Computed from the log, without the code under test.</summary>
internal static class FieldDecision
{
    /// <param name="value">What the operator gave, where the decision is neither side's.</param>
    /// <param name="pythonIsNewer">Legacy's document, as the conflict holds it, has the newer time.</param>
    public static Content Apply(Content content, IEnumerable<ConflictEntry> log, string? value, bool pythonIsNewer)
    {
        foreach (var line in log)
        {
            var chosen = line.Resolution!.Strategy switch
            {
                "go_leads" => line.GoValue,
                "python_leads" => line.PythonValue,
                "latest" => pythonIsNewer ? line.PythonValue : line.GoValue,
                _ => value,
            };
            content = line.Field switch
            {
                "session_name" => content with { Name = chosen!.Trim('"') },
                "metadata" => Content.Of(Encoding.UTF8.GetBytes($"{{\"session_name\":\"\",\"metadata\":{chosen}}}"))! with { Name = content.Name },
                _ => content,
            };
        }

        return content;
    }
}
