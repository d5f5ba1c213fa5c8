using System.Buffers;

namespace GaiaOrleans.Gateway.Sessions;

/// <summary>A request's body, as far as it may be kept in memory. Read before the request enters an epoch: whoever changes the rollout waits for those inside.</summary>
/// <param name="Bytes">Null = it is longer than the limit, and still to be read.</param>
public sealed record RequestBody(byte[]? Bytes)
{
    public static async Task<RequestBody> Read(HttpRequest request, int most, CancellationToken cancellationToken)
    {
        if (request.ContentLength > most) return new((byte[]?)null);
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(cancellationToken);
            if (read.Buffer.Length > most)
            {
                // Nothing is consumed: it can still be forwarded, in the order in which it came.
                request.BodyReader.AdvanceTo(read.Buffer.Start);
                request.Body = request.BodyReader.AsStream();
                return new((byte[]?)null);
            }

            if (read.IsCompleted)
            {
                var body = read.Buffer.ToArray();
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return new(body);
            }

            request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>Makes it readable again, for a request that is forwarded after all.</summary>
    public void Return(HttpRequest request)
    {
        if (Bytes is { Length: > 0 }) request.Body = new MemoryStream(Bytes, writable: false);
    }
}
