using System.Collections;
using System.Globalization;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Postgres.Tests.Sessions;

/// <summary>A row with everything in it as text, one property a line, so that two of them can be compared and a difference read.</summary>
internal static class RowText
{
    public static string Of(object? value) => value switch
    {
        null => "null",
        SessionDocument document => Of(document),
        string text => text,
        DateTimeOffset time => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
        IConvertible or Guid => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        IEnumerable items => $"[{string.Join(", ", items.Cast<object>().Select(Of))}]",
        _ => string.Join('\n', value.GetType().GetProperties().Where(p => p.GetIndexParameters().Length == 0).Select(p => $"{p.Name}: {Of(p.GetValue(value))}")),
    };

    /// <summary>Member order inside a JSON value and the spelling of a number are not kept, and mean nothing; the order of the fields is.</summary>
    private static string Of(SessionDocument document)
    {
        using var json = document.Parse();
        return string.Join(", ", json.RootElement.EnumerateObject().Select(m => $"{m.Name}={CanonicalJson.Text(m.Value)}"));
    }
}
