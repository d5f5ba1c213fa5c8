using System.Diagnostics.Metrics;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway.Rollouts;

namespace GaiaOrleans.Gateway.Telemetry;

/// <summary>What passes through this gateway.</summary>
public sealed class GatewayInstruments
{
    public const string MeterName = "GaiaOrleans.Gateway";

    private const string Nobody = "none";
    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

    private readonly Counter<long> _requests;
    private readonly Histogram<double> _duration;

    public GatewayInstruments(IMeterFactory meters, GatewayLease lease)
    {
        var meter = meters.Create(MeterName);
        _requests = meter.CreateCounter<long>("gaia_requests", description: "Session requests by the side that served them.");
        _duration = meter.CreateHistogram<double>("gaia_request_duration", "s", "Duration of session requests as their client saw them.", advice: new()
        {
            HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.015, 0.02, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
        });
        meter.CreateObservableGauge("gaia_traffic_split_ratio", () => Split(lease), description: "Share of sessions that each side serves, 0 to 1.");
        meter.CreateObservableGauge("gaia_rollout_epoch", () => lease.Known?.Epoch ?? 0, description: "The epoch this gateway routes by.");
        meter.CreateObservableGauge("gaia_snapshot_age", () => lease.Age.TotalSeconds, "s", "Age of the reading this gateway routes by.");
        meter.CreateObservableGauge("gaia_migration_phase", () => (int)(lease.Known?.Phase ?? 0), description: "0 preparation, 1 dual_write, 2 gradual_rollout, 3 monitoring, 4 cutover, 5 deprecation, 6 completed.");
    }

    /// <summary>Every known series at 0, so that a query for it finds 0 and not nothing. Called once metrics are collected: what is recorded before is lost.</summary>
    public void Foresee()
    {
        foreach (var method in Methods)
        {
            foreach (var side in Enum.GetValues<Side>())
                foreach (var status in (int[])[.. Successes(method), StatusCodes.Status503ServiceUnavailable])
                    _requests.Add(0, new("served_by", side.Wire()), new("method", method), new("status", status));
            _requests.Add(0, new("served_by", Nobody), new("method", method), new("status", StatusCodes.Status503ServiceUnavailable));
        }
    }

    /// <param name="servedBy">Empty when neither side was reached.</param>
    /// <param name="method">Those that sessions do not know share one series: a client must not decide how many there are.</param>
    public void OnRequest(string servedBy, string method, int status, TimeSpan duration)
    {
        if (servedBy.Length == 0) servedBy = Nobody;
        if (!Methods.Contains(method)) method = "other";
        _requests.Add(1, new("served_by", servedBy), new("method", method), new("status", status));
        _duration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("served_by", servedBy), new KeyValuePair<string, object?>("method", method));
    }

    private static int[] Successes(string method) => method switch
    {
        "POST" => [StatusCodes.Status201Created],
        "PUT" => [StatusCodes.Status200OK, StatusCodes.Status201Created],
        "DELETE" => [StatusCodes.Status204NoContent],
        _ => [StatusCodes.Status200OK],
    };

    private static IEnumerable<Measurement<double>> Split(GatewayLease lease)
    {
        var go = (double)(lease.Known?.GoPercentage ?? 0) / 100;
        return [new(go, new KeyValuePair<string, object?>("side", Side.Go.Wire())), new(1 - go, new KeyValuePair<string, object?>("side", Side.Python.Wire()))];
    }
}
