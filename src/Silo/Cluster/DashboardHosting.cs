using Orleans.Dashboard;

namespace GaiaOrleans.Silo.Cluster;

/// <summary>The Orleans Dashboard. It is not part of our API: its routes are its own.</summary>
internal static class DashboardHosting
{
    private const string At = "/dashboard";

    /// <summary>Orleans compresses the dashboard's files anew wherever it is mapped, for a tenth of a silo's start: it is mapped for whoever asks first.</summary>
    public static void MapDashboard(this WebApplication app)
    {
        var dashboard = new Lazy<RequestDelegate>(() => Mapped(app.Services), LazyThreadSafetyMode.PublicationOnly);
        app.Map($"{At}/{{**path}}", context =>
        {
            // Routed once more, by the dashboard's own routes; who may see them was decided before.
            context.SetEndpoint(null);
            return dashboard.Value(context);
        }).ExcludeFromDescription();
    }

    private static RequestDelegate Mapped(IServiceProvider services)
    {
        var app = new ApplicationBuilder(services);
        app.UseRouting();
        app.UseEndpoints(routes => routes.MapOrleansDashboard(At).ExcludeFromDescription());
        return app.Build();
    }
}
