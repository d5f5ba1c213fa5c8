using System.Text;
using System.Text.Json;
using GaiaOrleans.Benchmarks.Store;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Benchmarks.Micro;

/// <summary>Sessions as the hot paths meet them.</summary>
internal static class Samples
{
    private static readonly IReadOnlySet<string> Stamped = new HashSet<string> { SessionField.UpdatedAt };

    /// <summary>In sync, with a document of the usual size.</summary>
    public static SessionRow Row(int n) => new()
    {
        Id = StorePayload.Id(n),
        Version = 2,
        LegacyVersion = 2,
        Generation = 1,
        LegacyHash = "0123456789abcdef0123456789abcdef",
        CommitId = Guid.NewGuid(),
        Document = Legacy(n).Document,
    };

    /// <summary>As GAIA_HOME has it.</summary>
    public static LegacyRead Legacy(int n)
    {
        // With its id, as the document here has it: two that are compared as they are would differ in that alone.
        using var json = JsonDocument.Parse(Encoding.UTF8.GetBytes($$"""{"id":"{{StorePayload.Id(n)}}",{{StorePayload.Document(n)[1..]}}"""));
        return LegacyRead.Of(StorePayload.Id(n), json.RootElement, Stamped);
    }
}
