using System.IO.Hashing;
using System.Text;

namespace GaiaOrleans.Grains.Sessions;

/// <summary>What a verification needs of a row.</summary>
/// <param name="Document">Null = it is deleted.</param>
/// <param name="Pending">Legacy lacks a change that is on its way.</param>
/// <param name="Print">Of just this state.</param>
public sealed record ComparedRow(string Id, SessionDocument? Document, bool Pending, long Print)
{
    public static ComparedRow Of(SessionRow row) => new(row.Id, row.Document, row.Pending, RowPrint.Of(row));
}

/// <summary>One number for all that a verification looks at in a row: while it stays the same, so does what a comparison would find. Each store has its own.</summary>
public sealed record RowPrint(string Id, long Print)
{
    /// <summary>Of a row in memory.</summary>
    public static long Of(SessionRow row)
    {
        var hash = new XxHash64();
        hash.Append(row.Document?.Utf8 ?? []);
        hash.Append(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{row.Version} {row.LegacyVersion} {row.Live} {row.Pending} {row.Disputed}")));
        return (long)hash.GetCurrentHashAsUInt64();
    }
}
