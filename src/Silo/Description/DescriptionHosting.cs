namespace GaiaOrleans.Silo.Description;

/// <summary>The OpenAPI document: what the routes say of themselves, and what they cannot.</summary>
internal static class DescriptionHosting
{
    public static void AddDescription(this IServiceCollection services) => services.AddOpenApi(o => o
        .AddOperationTransformer((operation, context, _) =>
        {
            SessionOperations.Describe(operation);
            EveryOperation.Describe(operation, context.Description);
            return Task.CompletedTask;
        }));
}
