using GaiaOrleans.Contracts.Guard;

namespace GaiaOrleans.Silo.Guard;

/// <summary>A figure of each side; null = too few requests.</summary>
public sealed record SideFigures<T>(T Go, T Python);

/// <summary>The guard as GET /api/migration/status shows it. Rates are 0 to 1.</summary>
public sealed record GuardView(
    GuardVerdict Verdict, DateTimeOffset? Since, SideFigures<double?> ErrorRate, double? SyncLagP95Ms, double WindowS, SideFigures<long> Sample, string Observed, string Required)
{
    public static GuardView Of(GuardStatus status)
    {
        var r = status.Reading;
        return new(
            r.Verdict, status.Since, new(Rounded(r.GoErrorRate), Rounded(r.PythonErrorRate)), r.SyncLagP95Ms is { } lag ? Math.Round(lag, 1) : null, Math.Round(r.Window.TotalSeconds),
            new(r.GoSample, r.PythonSample), r.Observed, r.Required);
    }

    private static double? Rounded(double? rate) => rate is { } r ? Math.Round(r, 6) : null;
}
