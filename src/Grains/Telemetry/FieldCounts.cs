using System.Diagnostics.Metrics;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Telemetry;

/// <summary>A count per field of a session, each there from the start. Fields of legacy's own share one, or it would decide how many series there are.</summary>
internal sealed class FieldCounts
{
    private const string Other = "other";
    private readonly Dictionary<string, int> _places = SessionField.All.Select((field, place) => (field.Name, place)).ToDictionary();
    private readonly long[] _counts = new long[SessionField.All.Count + 1];

    public void Add(string field) => Interlocked.Increment(ref _counts[_places.GetValueOrDefault(field, SessionField.All.Count)]);

    public IEnumerable<Measurement<long>> Measure() => _counts.Select((_, place) => new Measurement<long>(
        Interlocked.Read(ref _counts[place]), new KeyValuePair<string, object?>("field", place < SessionField.All.Count ? SessionField.All[place].Name : Other)));
}
