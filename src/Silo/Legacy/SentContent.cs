using System.Net;
using System.Net.Http.Headers;

namespace GaiaOrleans.Silo.Legacy;

/// <summary>
/// A request body that knows whether it was asked for, which happens only on an established connection: before that, nothing can have been
/// applied. DELETE carries an empty one for the same reason, and because the handler silently repeats bodiless requests on a lost connection.
/// </summary>
internal sealed class SentContent : HttpContent
{
    private readonly byte[] _body;
    private volatile bool _sent;

    public SentContent(byte[] body)
    {
        _body = body;
        if (body.Length > 0) Headers.ContentType = new MediaTypeHeaderValue("application/json");
    }

    public bool Sent => _sent;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        _sent = true;
        return stream.WriteAsync(_body, cancellationToken).AsTask();
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _body.Length;
        return true;
    }
}
