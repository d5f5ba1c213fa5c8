using System.Globalization;
using GaiaOrleans.Contracts.Problems;

namespace GaiaOrleans.Silo.Legacy;

/// <summary>How the next page is asked for.</summary>
internal enum ListStep
{
    /// <summary><c>?limit=&amp;cursor=</c>, the cursor given by GAIA_HOME.</summary>
    Cursor = 'c',

    /// <summary>The same with the last id as the cursor: the page was exactly full, and nothing said whether it was the last.</summary>
    LastId = 'g',

    /// <summary>A link given by GAIA_HOME.</summary>
    Link = 'l',

    /// <summary><c>?page=</c> with the per_page of the pages before, whatever the configuration says by now.</summary>
    Page = 'p',
}

/// <summary>Where a list goes on. Its text holds all that is needed, so that a run resumes after a restart.</summary>
/// <param name="Mark">Of the first entry of the page before: an endless repetition of one page shows in it.</param>
internal sealed record ListCursor(ListStep Step, string Value, ulong Mark)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(char)Step}:{Mark:x16}:{Value}");

    public static ListCursor AtPage(int page, int size, ulong mark) => new(ListStep.Page, string.Create(CultureInfo.InvariantCulture, $"{page}/{size}"), mark);

    /// <summary>Page number and sessions per page.</summary>
    public (int Number, int Size) Page()
    {
        var slash = Value.IndexOf('/');
        return (int.Parse(Value.AsSpan(0, slash), CultureInfo.InvariantCulture), int.Parse(Value.AsSpan(slash + 1), CultureInfo.InvariantCulture));
    }

    /// <exception cref="InvalidInputException">Not one of ours.</exception>
    public static ListCursor Parse(string text)
    {
        if (text.Length > 19 && text[1] == ':' && text[18] == ':' && Enum.IsDefined((ListStep)text[0])
            && ulong.TryParse(text.AsSpan(2, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var mark))
        {
            var cursor = new ListCursor((ListStep)text[0], text[19..], mark);
            if (cursor.Step != ListStep.Page || cursor.Value.Split('/') is [var number, var size] && IsCount(number) && IsCount(size)) return cursor;
        }

        throw InvalidInputException.Field("cursor", $"'{text}' was not given by a list of GAIA_HOME");
    }

    private static bool IsCount(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0;
}
