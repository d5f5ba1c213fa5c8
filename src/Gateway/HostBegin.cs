namespace GaiaOrleans.Gateway;

/// <summary>How a process begins.</summary>
public static class HostBegin
{
    /// <summary>
    /// A web application whose files are those beside its program, wherever it is started. Settings files are watched with all that is below the folder that they are in, and a
    /// silo that is started above its database's folder would be told of everything that PostgreSQL writes.
    /// </summary>
    public static WebApplicationBuilder NewApplication(string[] args) => WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
}
