using GaiaOrleans.Grains;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http.Features;

namespace GaiaOrleans.Silo.Consoles;

/// <summary>The console: pages that any silo renders, so that a browser may go on with another one.</summary>
internal static class ConsoleHosting
{
    // A form is read before anybody is asked who they are, and what it holds of files goes to the disk.
    private const long LargestForm = 65_536;

    public static void AddGaiaConsole(this WebApplicationBuilder builder, GaiaOptions gaia)
    {
        // Also where it runs from its build output, unpublished.
        builder.WebHost.UseStaticWebAssets();
        // There it would also look on the disk, with every request of a session, whether one of the console's files has been edited.
        builder.Configuration["ReloadStaticAssetsAtRuntime"] = "false";
        builder.Services.AddRazorComponents();
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddDataProtection().SetApplicationName($"gaia-console-{gaia.ClusterId}");
    }

    public static void MapGaiaConsole(this WebApplication app)
    {
        app.UseWhen(context => context.Request.Path.StartsWithSegments("/console"), branch => branch.Use((context, next) =>
        {
            if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = LargestForm;
            var headers = context.Response.Headers;
            headers.ContentSecurityPolicy =
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "same-origin";
            // As the forms' own protection sets them.
            (headers.CacheControl, headers.Pragma) = ("no-cache, no-store", "no-cache");
            return next(context);
        }));
        app.UseAntiforgery();
        app.MapStaticAssets().ExcludeFromDescription();
        app.MapRazorComponents<ConsoleApp>().ExcludeFromDescription();
    }
}
