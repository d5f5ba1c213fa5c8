using GaiaOrleans.Client.Output;

namespace GaiaOrleans.Client.Tests;

/// <summary>How the client ended and what it printed.</summary>
internal sealed record Ran(int Code, string Out, string Error)
{
    public static async Task<Ran> Of(string[] args, string? url = null, string? typed = null, bool ansi = false, CancellationToken cancellationToken = default, params (string Name, string Value)[] environment)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var input = new StringReader(typed ?? "");
        var terminal = ansi
            ? new Terminal(output, error, input, ansi: true, width: 150, canAsk: typed is not null)
            : new Terminal(output, error, input, canAsk: typed is not null);
        var variables = environment.ToDictionary(v => v.Name, v => v.Value);
        if (url is not null) variables.TryAdd("GAIA_URL", url);
        var code = await new Gaia(terminal, variables.GetValueOrDefault, TimeProvider.System).Run(args, cancellationToken);
        return new(code, output.ToString(), error.ToString());
    }
}
