using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Silo.Postgres;

/// <summary>The database of the cluster. Section <c>Postgres</c>.</summary>
public sealed class PostgresOptions
{
    /// <summary>Npgsql connection string of the role that the silos run as. Required.</summary>
    [Required(ErrorMessage = "Postgres:ConnectionString is not set. Set it through the environment: Postgres__ConnectionString='Host=…;Username=…;Database=gaia'.")]
    public string ConnectionString { get; set; } = "";

    /// <summary>
    /// Npgsql connection string of the role that owns the schema, for the start alone: it brings the schema up to date and grants the other
    /// role what that needs. Default: none, and <see cref="ConnectionString"/> does both; a schema that is up to date needs no owner.
    /// </summary>
    public string? OwnerConnectionString { get; set; }

    /// <summary>The role that standalone gateways connect as; where it exists, the owner lets it see which silos there are. Default: gaia_gateway.</summary>
    [Required]
    public string GatewayRole { get; set; } = "gaia_gateway";

    /// <summary>How many changes may wait for the group commit before new ones are refused with 429. Default: 10000.</summary>
    [Range(10, 1_000_000)]
    public int CommitQueue { get; set; } = 10_000;

    /// <summary>How many rows one commit statement carries at most. Default: 500.</summary>
    [Range(1, 10_000)]
    public int CommitBatch { get; set; } = 500;

    /// <summary>How long a commit whose connection was lost is tried again under its commit id before its outcome is reported as unknown. Default: 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:02:00")]
    public TimeSpan SettleWithin { get; set; } = TimeSpan.FromSeconds(10);
}

[OptionsValidator]
public sealed partial class PostgresOptionsValidator : IValidateOptions<PostgresOptions>;
