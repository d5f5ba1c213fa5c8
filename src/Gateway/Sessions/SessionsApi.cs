namespace GaiaOrleans.Gateway.Sessions;

/// <summary>The data plane: the paths of GAIA_HOME, so that its clients change only the URL.</summary>
public static class SessionsApi
{
    private const string All = "/api/sessions";
    private const string One = "/api/sessions/{**id}";
    private static readonly string[] Head = ["HEAD"];
    private static readonly string[] Patch = ["PATCH"];

    public static void MapSessions(this IEndpointRouteBuilder routes)
    {
        // Plain request delegates: binding would parse what is passed on as bytes. Described, because nothing describes those by itself. What
        // serves is asked of the application, when it is first needed: a request that asks for services of its own is given a scope to hold them.
        var services = routes.ServiceProvider;
        routes.MapGet(All, (RequestDelegate)List).Described("ListSessions");
        routes.MapPost(All, (RequestDelegate)Write).Described("CreateSession");
        routes.MapGet(One, (RequestDelegate)Read).Described("ReadSession");
        routes.MapPut(One, (RequestDelegate)Write).Described("ReplaceSession");
        routes.MapMethods(One, Patch, (RequestDelegate)Write).Described("MergeSession");
        routes.MapDelete(One, (RequestDelegate)Write).Described("DeleteSession");
        // What GET is, without the body.
        routes.MapMethods(All, Head, (RequestDelegate)List);
        routes.MapMethods(One, Head, (RequestDelegate)Read);

        Task List(HttpContext context) => services.GetRequiredService<SessionList>().Serve(context);
        Task Read(HttpContext context) => services.GetRequiredService<SessionRouter>().Read(context);
        Task Write(HttpContext context) => services.GetRequiredService<SessionRouter>().Write(context);
    }

    private static void Described(this IEndpointConventionBuilder route, string name) =>
        route.WithName(name).WithTags(nameof(SessionsApi)).WithMetadata(typeof(RequestDelegate).GetMethod(nameof(RequestDelegate.Invoke))!);
}
