using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Tests.Model;

/// <summary>A migrate run: lists legacy at one time, and makes first rows of what it saw at another.</summary>
internal sealed class Imports(World world)
{
    private readonly Dictionary<string, (LegacyRead Read, Sight Sight, long Generation)> _listed = [];

    public void List()
    {
        foreach (var id in World.Ids)
            if (world.Legacy.Read(id) is { Document: not null } read) _listed[id] = (read, world.Legacy.Look(id), world.Store.Rollout.Generation);
            else _listed.Remove(id);
    }

    public void Add()
    {
        foreach (var (id, (read, sight, generation)) in _listed)
        {
            // What others wrote since is for a reconcile to find.
            if (world.Legacy.Look(id) is { ByOthers: true } now && now != sight) continue;
            if (ImportRules.TooOld(generation, world.Store.Rollout))
            {
                world.Corners.Visit("listed too long ago");
                continue;
            }

            world.Store.Import(ImportRules.FirstRow(id, read, world.Store.Rollout, new(world.Events.GetUtcNow(), Guid.CreateVersion7(), "silo", TimeSpan.FromSeconds(10))), generation);
        }
    }
}
