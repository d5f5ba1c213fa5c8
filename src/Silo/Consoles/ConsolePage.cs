using GaiaOrleans.Contracts.Access;
using GaiaOrleans.Contracts.Gates;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Gateway.Access;
using Microsoft.AspNetCore.Components;

namespace GaiaOrleans.Silo.Consoles;

/// <summary>
/// One page: it loads, and after an action loads again. What fails is said on the page, which stays and recovers with its next refresh.
/// A control is the same to the door as the API's route that does the same.
/// </summary>
public abstract class ConsolePage : ComponentBase
{
    [CascadingParameter]
    protected HttpContext Http { get; set; } = null!;

    [Inject]
    protected IGrainFactory Grains { get; set; } = null!;

    /// <summary>Why the page could not be loaded; null = it was.</summary>
    protected string? Problem { get; private set; }

    /// <summary>What the last action did.</summary>
    protected string? Done { get; private set; }

    /// <summary>Why the last action was refused.</summary>
    protected string? Refused { get; private set; }

    protected IReadOnlyList<GateVerdict> Blockers { get; private set; } = [];

    protected CancellationToken Aborted => Http.RequestAborted;

    protected IRolloutGrain Rollout => Grains.GetGrain<IRolloutGrain>(IRolloutGrain.Key);

    protected abstract Task Load();

    protected override Task OnInitializedAsync() => Loading();

    /// <summary>Whether the caller may use the route of the API that does the same.</summary>
    protected bool May(string method, string route) => Http.Has(AccessRules.Required(method, route));

    /// <returns>What there is to say about it.</returns>
    protected async Task Act(string method, string route, Func<Task<string>> action)
    {
        try
        {
            if (!May(method, route)) throw new ForbiddenException($"{method} {route}", AccessRules.Required(method, route) ?? Role.Admin);
            Done = await action();
        }
        catch (GaiaException e)
        {
            Refused = e.Message;
            if (e is BlockedException blocked) Blockers = blocked.Blockers;
        }
        catch (Exception e) when (Unanswered.Is(e))
        {
            Refused = "The cluster did not answer in time; whether it was done is not known. Look before you repeat it.";
        }

        await Loading();
    }

    private async Task Loading()
    {
        try
        {
            await Load();
            Problem = null;
        }
        catch (Exception e) when (Unanswered.OrRefused(e))
        {
            Problem = e is GaiaException ? e.Message : "The cluster does not answer.";
        }
    }
}
