using System.Buffers;
using System.IO.Pipelines;
using GaiaOrleans.Contracts.Archives;

namespace GaiaOrleans.Client.Archives;

/// <summary>What was found about an archive.</summary>
/// <param name="Lines">How many belong to it.</param>
/// <param name="Hash">Of the last of them.</param>
/// <param name="Broken">The first line that does not, and why; null = it is whole.</param>
internal sealed record EvidenceCheck(long Lines, string Hash, string? Broken)
{
    /// <summary>Reads line by line, however large the archive is.</summary>
    public static async Task<EvidenceCheck> Of(Stream archive, CancellationToken cancellationToken)
    {
        var chain = new EvidenceChain();
        var reader = PipeReader.Create(archive);
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var rest = read.Buffer;
            while (rest.PositionOf((byte)'\n') is { } end)
            {
                if (Wrong(rest.Slice(0, end)) is { } wrong) return wrong;
                rest = rest.Slice(rest.GetPosition(1, end));
            }

            if (read.IsCompleted)
            {
                if (!rest.IsEmpty && Wrong(rest) is { } wrong) return wrong;
                return new(chain.Count, chain.LastHash, chain.Ended ? null : $"line {chain.Count + 1} is missing: the archive has no end");
            }

            reader.AdvanceTo(rest.Start, rest.End);
        }

        EvidenceCheck? Wrong(ReadOnlySequence<byte> line) =>
            chain.Take(line.ToArray()) is { } wrong ? new(chain.Count, chain.LastHash, $"line {chain.Count + 1} {wrong}") : null;
    }
}
