using System.Text.Json;

namespace GaiaOrleans.Demo.Journals;

/// <summary>Appends lines for all clients; each line has left the process when the call returns, so a crash loses none.</summary>
internal sealed class Journal(string path) : IDisposable
{
    private readonly StreamWriter _writer = new(path, append: false) { AutoFlush = true, NewLine = "\n" };
    private readonly Lock _turn = new();

    public void Append(JournalEntry entry)
    {
        var line = JsonSerializer.Serialize(entry, Json.Lines);
        lock (_turn)
            _writer.WriteLine(line);
    }

    public static List<JournalEntry> Read(string path)
    {
        var lines = File.ReadAllLines(path);
        var entries = new List<JournalEntry>(lines.Length);
        for (var i = 0; i < lines.Length; i++)
        {
            try
            {
                entries.Add(JsonSerializer.Deserialize<JournalEntry>(lines[i], Json.Lines)!);
            }
            catch (JsonException) when (i == lines.Length - 1)
            {
                // Only the last line can be torn, by clients that died while writing it: its request was not sent yet.
            }
        }
        return entries;
    }

    public void Dispose() => _writer.Dispose();
}
