using System.Text.Json;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Gateway.Problems;

namespace GaiaOrleans.Gateway;

/// <summary>A control-plane body, read as JSON whatever its Content-Type says: the guide's <c>curl -d</c> sends form data.</summary>
public static class JsonBody
{
    private const int Largest = 65_536;

    /// <exception cref="InvalidInputException">Not JSON, or a member of the wrong type, which is named.</exception>
    public static async Task<T> Read<T>(HttpContext context, CancellationToken cancellationToken)
        where T : class
    {
        if (context.Request.ContentLength > Largest) throw new TooLargeException($"The body is larger than {Largest} bytes.");
        try
        {
            return await JsonSerializer.DeserializeAsync<T>(context.Request.Body, GaiaJson.Options, cancellationToken)
                ?? throw InvalidInputException.Json("The body must be a JSON object.");
        }
        catch (JsonException e)
        {
            var field = e.Path?.TrimStart('$', '.');
            throw string.IsNullOrEmpty(field)
                ? InvalidInputException.Json("The body must be a JSON object.")
                : InvalidInputException.Field(field, "has a value of the wrong type");
        }
    }
}

/// <summary>Who asks. Until there are credentials, everybody on the loopback interface is the operator of this machine.</summary>
public static class Actor
{
    public static string Of(HttpContext context) => context.User.Identity?.Name ?? "local";
}
