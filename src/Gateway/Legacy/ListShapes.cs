using GaiaOrleans.Contracts.Sessions;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Gateway.Legacy;

/// <summary>The shape that this GAIA_HOME's clients know its list in: as configured, else that of the last one that passed through here.</summary>
public sealed partial class ListShapes(IOptions<LegacyTarget> target, LegacyLists legacy, TimeProvider time, ILogger<ListShapes> logger)
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(10);

    private readonly ListShape? _configured = target.Value.ListShape == ListShape.Auto ? null : new(target.Value.ListShape);
    private volatile ListShape? _seen;
    private volatile bool _pagesUnasked;
    private long _askAgainAt = long.MinValue;

    /// <summary>A list of legacy's that passes.</summary>
    /// <param name="unpaged">The client did not ask for a page of it.</param>
    public void Saw(LegacyList list, bool unpaged)
    {
        _seen = ListShape.Of(list.List) ?? _seen;
        _pagesUnasked |= unpaged && !list.Last;
    }

    /// <summary>
    /// Who asks GAIA_HOME for no page gets all there is. Unless it was seen to give a page of its own accord, or its lists say which page they
    /// are: then its clients know how to go on.
    /// </summary>
    public bool WholeUnasked(ListShape shape) => shape.Form != ListShape.Items && !_pagesUnasked;

    /// <summary>Asks legacy, as the client of this request, when nothing is known yet; an array when that does not help.</summary>
    public async ValueTask<ListShape> For(HttpContext context)
    {
        // What has been seen also tells the keys of a configured map.
        if (_configured is not null) return _configured.Form == _seen?.Form ? _seen : _configured;
        if (_seen is { } seen) return seen;
        if (time.GetTimestamp() < Interlocked.Read(ref _askAgainAt)) return new(ListShape.Array);
        try
        {
            // A refusal may be about this client alone: the next one asks for itself.
            return (_seen = await legacy.Sample(context)) ?? new(ListShape.Array);
        }
        catch (LeadUnavailableException e)
        {
            Interlocked.Exchange(ref _askAgainAt, time.GetTimestamp() + (long)(AskAgain.TotalSeconds * time.TimestampFrequency));
            LogUnknown(logger, e.Message);
            return new(ListShape.Array);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "migration: lists are answered as arrays, because the shape of GAIA_HOME's own is not known; Legacy__ListShape names it: {Reason}")]
    private static partial void LogUnknown(ILogger logger, string reason);
}
