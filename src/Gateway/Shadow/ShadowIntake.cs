using System.Threading.Channels;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway.Sessions;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Gateway.Shadow;

/// <summary>Where answered reads wait to be repeated. Its door never waits: what does not fit is dropped and counted.</summary>
public sealed class ShadowIntake
{
    private readonly Channel<ShadowRead> _reads;
    private readonly int _many;
    private readonly ShadowSampler _sampler;
    private readonly ShadowLoad _load;
    private readonly ShadowInstruments _instruments;

    internal ShadowIntake(ShadowSampler sampler, ShadowLoad load, ShadowInstruments instruments, IOptions<GatewayOptions> options)
    {
        (_sampler, _load, _instruments, _many) = (sampler, load, instruments, options.Value.ShadowQueue / 2);
        _reads = Channel.CreateBounded<ShadowRead>(options.Value.ShadowQueue);
    }

    internal ChannelReader<ShadowRead> Reads => _reads.Reader;

    /// <summary>When this request has been answered, and answered with the session, the read may be taken.</summary>
    public void Follow(HttpContext context, RolloutState rollout, string id, long version)
    {
        if (!_sampler.Any || !rollout.FeedsLegacy || !HttpMethods.IsGet(context.Request.Method)) return;
        context.Response.OnCompleted(static answered => ((Answered)answered).Offer(), new Answered(this, context, id, rollout.Epoch, version));
    }

    internal void Offer(in ShadowRead read)
    {
        var behind = _reads.Reader.Count > _many || _load.Busy;
        var sampled = _sampler.Take(read.ServedBy, behind);
        if (sampled == Sampled.No) return;
        if (sampled == Sampled.Dropped || _load.Resting || !_reads.Writer.TryWrite(read)) _instruments.OnDropped();
    }

    private sealed class Answered(ShadowIntake intake, HttpContext context, string id, long epoch, long version)
    {
        public Task Offer()
        {
            var response = context.Response;
            if (response.StatusCode is not (StatusCodes.Status200OK or StatusCodes.Status304NotModified)) return Task.CompletedTask;
            var servedBy = response.Headers[SessionResponse.ServedBy] == Side.Python.Wire() ? Side.Python : Side.Go;
            intake.Offer(new(id, servedBy, epoch, version));
            return Task.CompletedTask;
        }
    }
}
