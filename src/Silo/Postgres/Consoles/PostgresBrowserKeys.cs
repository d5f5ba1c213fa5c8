using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Npgsql;

namespace GaiaOrleans.Silo.Postgres.Consoles;

/// <summary>
/// The keys of ASP.NET Core's data protection, which rotates them. They alone let nobody in: a cookie also names the hash of an API key that is
/// in force, and the database does not hold that.
/// </summary>
internal sealed class PostgresBrowserKeys(NpgsqlDataSource database) : IXmlRepository
{
    // Read once a day and written once in months; the framework asks for both without waiting.
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var command = database.CreateCommand("SELECT key FROM browser_keys");
        using var reader = command.ExecuteReader();
        var keys = new List<XElement>();
        while (reader.Read()) keys.Add(XElement.Parse(reader.GetString(0)));
        return keys;
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using var command = database.CreateCommand("INSERT INTO browser_keys (name, key) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET key = excluded.key");
        command.Parameters.Add(new() { Value = friendlyName });
        command.Parameters.Add(new() { Value = element.ToString(SaveOptions.DisableFormatting) });
        command.ExecuteNonQuery();
    }
}
