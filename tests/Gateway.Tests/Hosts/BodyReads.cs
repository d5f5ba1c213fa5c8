using Microsoft.AspNetCore.Http;

namespace GaiaOrleans.Gateway.Tests.Hosts;

/// <summary>Tells when the gateway waits for more of a request's body, and when a client has gone.</summary>
internal sealed class BodyReads
{
    private readonly TaskCompletionSource _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Some of a body has been read, and the rest asked for.</summary>
    public Task Waiting => _waiting.Task;

    /// <summary>A client did not wait for its answer.</summary>
    public Task Gone => _gone.Task;

    public Task Watch(HttpContext context, RequestDelegate next)
    {
        context.Request.Body = new Watched(context.Request.Body, _waiting);
        context.RequestAborted.Register(() => _gone.TrySetResult());
        return next(context);
    }

    private sealed class Watched(Stream body, TaskCompletionSource waiting) : Stream
    {
        private bool _some;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = body.ReadAsync(buffer, cancellationToken);
            if (_some && !read.IsCompleted) waiting.TrySetResult();
            var count = await read;
            _some |= count > 0;
            return count;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
