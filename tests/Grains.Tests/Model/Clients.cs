using System.Text;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Sessions;
using Orleans.Storage;

namespace GaiaOrleans.Grains.Tests.Model;

/// <summary>Everybody who asks for a change through a gateway, and what they are told.</summary>
internal sealed class Clients(World world)
{
    private int _n;

    public int Next() => ++_n;

    public void Write(Command.Write write)
    {
        world.Turn(write.Weather);
        var (id, n) = (World.Ids[write.Session], Next());
        Write(id, new(n, write.Kind, write.Keyed ? $"k{n}" : null, write.IfMatch ? world.Oracles[id].SeenVersion : null), write.Duplicate, write.Repeated);
    }

    public void Retry(Command.Retry retry)
    {
        var id = World.Ids[retry.Session];
        if (world.Oracles[id].LastKeyed is not { } last || world.Forwarding) return;
        world.Turn(retry.Weather);
        Write(id, last, retry.Duplicate);
    }

    public void Reuse(Command.ReuseKey reuse)
    {
        var id = World.Ids[reuse.Session];
        if (world.Oracles[id].LastKeyed is not { } last || world.Forwarding) return;
        world.Turn(Weather.Fine);
        Write(id, new(Next(), reuse.Kind, last.Key, null), false);
    }

    public static Reply Ask(Func<Reply> call)
    {
        try
        {
            return call();
        }
        catch (Exception e) when (e is OutcomeUnknownException or CrashedException or InconsistentStateException)
        {
            return new(Verdict.Unknown);
        }
        catch (GaiaException e)
        {
            return new(Verdict.Refused, Problem: e);
        }
    }

    private void Write(string id, Attempt attempt, bool duplicate, bool repeated = false)
    {
        var oracle = world.Oracles[id];
        if (world.Forwarding)
        {
            Forward(id, attempt);
            return;
        }

        var change = new SessionChange(attempt.Kind, Encoding.UTF8.GetBytes(Content.Body(attempt.Kind, attempt.N)));
        var context = new WriteContext(world.Store.Rollout.Epoch, attempt.ExpectedVersion, attempt.Key, Guid.NewGuid());
        oracle.Begin(attempt);
        var reply = Ask(() =>
        {
            var outcome = world.Calling(id, duplicate, (g, times) => g.Write(change, context with { Attempt = times }), () => oracle.Learn(attempt, new(Verdict.Unknown)), repeated);
            return new(Verdict.Acknowledged, outcome.Version, Content.Of(outcome.Body), outcome.Replayed);
        });
        world.Corners.Visit(reply switch
        {
            { Replayed: true } => "replayed",
            { Problem: IdempotencyKeyReusedException } => "key refused",
            _ => reply.Verdict.ToString().ToLowerInvariant(),
        });
        // A duplicate that has not noticed yet may refuse by what it remembers: it changes nothing, and says nothing about the present.
        var noticed = world.Activation(id, duplicate).Row.CommitId == world.Store.Row(id).CommitId;
        if (reply.Verdict != Verdict.Refused || noticed) oracle.Learn(attempt, reply);
        oracle.End();
    }

    private void Forward(string id, Attempt attempt)
    {
        if (!Content.Allows(world.Legacy.Content(id), attempt.Kind)) return;
        world.Legacy.WriteDirectly(id, attempt.Kind, attempt.N, byOthers: false);
        world.Decided(id, Side.Python);
        world.Corners.Visit("direct write");
        world.Oracles[id].Learn(attempt with { Key = null }, new(Verdict.Acknowledged, 0, world.Legacy.Content(id)));
    }
}
