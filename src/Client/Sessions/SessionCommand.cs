using System.CommandLine;
using System.CommandLine.Parsing;

namespace GaiaOrleans.Client.Sessions;

/// <summary>One session at a time.</summary>
internal static class SessionCommand
{
    public static Command Create(Gaia gaia) => new("session", "Look at one session, write it, compare it, copy it over or force one side")
    {
        SessionDocument.Get(gaia),
        SessionDocument.Put(gaia),
        SessionMigration.Test(gaia),
        SessionMigration.Migrate(gaia),
        SessionSync.Create(gaia),
        SessionInspection.Show(gaia),
    };

    public static Argument<string> Id()
    {
        var id = new Argument<string>("ID") { Description = "The session's id" };
        id.Validators.Add(Check);
        return id;
    }

    /// <summary>As a path segment these would mean another resource.</summary>
    private static void Check(ArgumentResult result)
    {
        if (result.Tokens is [{ Value: "" or "." or ".." } token]) result.AddError($"'{token.Value}' is no session id.");
    }
}
