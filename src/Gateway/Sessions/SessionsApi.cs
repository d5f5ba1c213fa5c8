namespace GaiaOrleans.Gateway.Sessions;

/// <summary>The data plane: the paths of GAIA_HOME, so that its clients change only the URL.</summary>
public static class SessionsApi
{
    private static readonly string[] Reads = ["GET", "HEAD"];

    public static void MapSessions(this IEndpointRouteBuilder routes)
    {
        // Plain request delegates: binding would parse what is passed on as bytes.
        routes.MapMethods("/api/sessions", Reads, (RequestDelegate)(context => context.RequestServices.GetRequiredService<SessionList>().Serve(context))).WithName("ListSessions");
        routes.MapPost("/api/sessions", (RequestDelegate)Write).WithName("CreateSession");
        routes.MapMethods("/api/sessions/{**id}", Reads, (RequestDelegate)(context => context.RequestServices.GetRequiredService<SessionRouter>().Read(context))).WithName("ReadSession");
        routes.MapMethods("/api/sessions/{**id}", ["PUT", "PATCH", "DELETE"], (RequestDelegate)Write).WithName("ChangeSession");

        static Task Write(HttpContext context) => context.RequestServices.GetRequiredService<SessionRouter>().Write(context);
    }
}
