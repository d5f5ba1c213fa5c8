using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using GaiaOrleans.Client.Output;
using GaiaOrleans.Contracts.Access;

namespace GaiaOrleans.Client.Access;

/// <summary>API keys. Made here and nowhere else: the cluster only ever sees their hashes.</summary>
internal static class KeysCommand
{
    public static Command Create(Gaia gaia) => new("keys", "API keys of this cluster") { New(gaia) };

    private static Command New(Gaia gaia)
    {
        var name = new Argument<string>("NAME") { Description = "Who will use it, as the history will say" };
        name.Validators.Add(result =>
        {
            if (string.IsNullOrWhiteSpace(result.Tokens[0].Value)) result.AddError("NAME must say something.");
        });
        var role = new Option<Role>("--role")
        {
            Description = "What it may do, each with the rights of those before it",
            HelpName = string.Join('|', Roles.Names),
            Required = true,
            CustomParser = result =>
            {
                var word = result.Tokens[0].Value;
                if (!Roles.TryParse(word, out var parsed)) result.AddError($"--role is {string.Join(", ", Roles.Names)}, not '{word}'.");
                return parsed;
            },
        };
        var expires = new Option<DateTimeOffset?>("--expires")
        {
            Description = "From when on it is refused, UTC unless it says otherwise (default: never)",
            HelpName = "TIME",
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)) return time;
                result.AddError($"--expires is a time such as 2027-01-31T00:00Z, not '{text}'.");
                return null;
            },
        };
        var command = new Command("new", "Make a key, and the settings that let it in; asks no cluster and stores nothing") { name, role, expires };
        gaia.Handle(command, (call, _) =>
        {
            var key = ApiKey.New();
            Print(call, new(key, call.Get(name), call.Get(role).ToString().ToLowerInvariant(), ApiKey.HashOf(key), call.Get(expires)?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)));
            return Task.FromResult(ExitCode.Ok);
        });
        return command;
    }

    private static void Print(Call call, MadeKey made)
    {
        if (call.Output != OutputFormat.Table)
        {
            call.Terminal.Document(JsonSerializer.Serialize(made, MadeKey.Wire), call.Output);
            return;
        }

        call.Terminal.Write(new Facts().Add("key", made.Key).Add("", "shown this once; whoever has it is " + made.Name).Shown);
        call.Terminal.Out.WriteLine();
        foreach (var (setting, value) in new[] { ("Name", made.Name), ("Hash", made.Hash), ("Role", made.Role), ("Expires", made.Expires) })
            if (value is not null)
                call.Terminal.Out.WriteLine($"Auth__Keys__0__{setting}={Cell.Clean(value)}");
    }

    private sealed record MadeKey(string Key, string Name, string Role, string Hash, string? Expires)
    {
        public static readonly JsonSerializerOptions Wire = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };
    }
}
