using GaiaOrleans.Contracts.Runs;
using GaiaOrleans.Grains.Gates;
using GaiaOrleans.Grains.Guard;
using GaiaOrleans.Grains.Retention;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Grains.Runs;
using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Grains.Telemetry;
using GaiaOrleans.Grains.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Grains;

/// <summary>What the grains need beside their stores and the legacy side.</summary>
public static class GrainsHosting
{
    public static IServiceCollection AddGaiaGrains(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.AddOptionsWithValidateOnStart<GaiaOptions, GaiaOptionsValidator>().BindConfiguration("Gaia");
        services.AddOptionsWithValidateOnStart<SessionOptions, SessionOptionsValidator>().BindConfiguration("Sessions");
        services.AddSingleton<IValidateOptions<DiffOptions>, DiffOptionsValidator>().AddOptions<DiffOptions>().BindConfiguration("Diff").ValidateOnStart();
        services.AddSingleton(s => s.GetRequiredService<IOptions<DiffOptions>>().Value.Rules());
        services.AddOptionsWithValidateOnStart<RolloutOptions, RolloutOptionsValidator>().BindConfiguration("Rollout");
        services.AddOptionsWithValidateOnStart<GateOptions, GateOptionsValidator>().BindConfiguration("Rollout:Gates");
        services.AddOptionsWithValidateOnStart<GuardOptions, GuardOptionsValidator>().BindConfiguration("Rollout:Guard");
        services.AddOptionsWithValidateOnStart<RunOptions, RunOptionsValidator>().BindConfiguration("Runs");
        services.AddOptionsWithValidateOnStart<RetentionOptions, RetentionOptionsValidator>().BindConfiguration("Retention");
        services.AddOptionsWithValidateOnStart<WebhookOptions, WebhookOptionsValidator>().BindConfiguration("Webhooks");
        services.AddSingleton<MigrationTally>().AddSingleton<SessionInstruments>().AddSingleton<EvidenceCollector>();
        services.AddSingleton(s => new CountedSessions(s.GetRequiredService<ISessionStore>().Count, s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ValidatorSelfTest>().AddHostedService(s => s.GetRequiredService<ValidatorSelfTest>());
        services.AddSingleton<SiloLease>().AddHostedService(s => s.GetRequiredService<SiloLease>());
        services.AddSingleton<PresentSessions>();
        services.AddSingleton<DeadSiloLeases>().AddHostedService(s => s.GetRequiredService<DeadSiloLeases>());
        services.AddKeyedTransient<IRunWork, MigrateWork>(IRunGrain.Migrate);
        services.AddKeyedTransient<IRunWork, VerifyWork>(IRunGrain.Verify);
        services.AddKeyedTransient<IRunWork, ReconcileWork>(IRunGrain.Reconcile);
        return services;
    }
}
