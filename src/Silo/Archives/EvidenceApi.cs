using System.Buffers;
using System.Text.Json;
using GaiaOrleans.Contracts.Archives;
using GaiaOrleans.Contracts.Runs;
using GaiaOrleans.Gateway;
using GaiaOrleans.Gateway.Access;
using GaiaOrleans.Grains;
using GaiaOrleans.Grains.Archives;
using GaiaOrleans.Grains.Rollouts;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Silo.Archives;

/// <summary>GET /api/migration/evidence: everything that proves how the migration went, each line chained to the one before by its hash.</summary>
internal static class EvidenceApi
{
    private const int Flush = 64 * 1024;

    public static void MapEvidence(this IEndpointRouteBuilder routes) => routes.MapGet("/api/migration/evidence", Export).WithName("ExportEvidence");

    /// <summary>What fails in the middle breaks the connection off, and the archive has no end.</summary>
    private static async Task Export(
        HttpContext context, IEvidenceSource source, IRolloutStore rollout, IGrainFactory grains, IOptions<GaiaOptions> gaia, ProcessClock process, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var state = (await rollout.Read(cancellationToken)).State;
        var kinds = new[] { IRunGrain.Migrate, IRunGrain.Verify, IRunGrain.Reconcile };
        var runs = await Task.WhenAll(kinds.Select(kind => grains.GetGrain<IRunGrain>(kind).Status(cancellationToken)));
        context.Response.ContentType = "application/x-ndjson";
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"evidence-{gaia.Value.ClusterId}-{state.Epoch}.ndjson\"";

        var chain = new EvidenceChain();
        var unflushed = 0;
        await Write(chain.Add(EvidenceChain.Header, Json(new
        {
            Format = 1,
            gaia.Value.ClusterId,
            State = state,
            At = time.GetUtcNow(),
            By = context.Caller().Actor,
            process.Version,
        })));
        foreach (var run in runs) await Write(chain.Add("run", Json(run)));
        await foreach (var entry in source.Read(cancellationToken)) await Write(chain.Add(entry.Kind, entry.Data));
        await Write(chain.AddEnd());

        async Task Write(byte[] line)
        {
            var body = context.Response.BodyWriter;
            body.Write(line);
            body.Write("\n"u8);
            if ((unflushed += line.Length) < Flush) return;
            await body.FlushAsync(cancellationToken);
            unflushed = 0;
        }
    }

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, GaiaJson.Options);
}
