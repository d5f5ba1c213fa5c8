namespace GaiaOrleans.Benchmarks;

/// <summary>How much is measured.</summary>
/// <param name="Rounds">Interleaved, after those that only warm up.</param>
/// <param name="Sessions">In the store of the run rows.</param>
/// <param name="ManySessions">In the large store of the scale row.</param>
/// <param name="LoadSeconds">Of load a round.</param>
/// <param name="Losses">Of a silo with Orleans' settings, which take minutes each; with ours twice as many.</param>
/// <param name="SoakMinutes">For what must not happen.</param>
internal sealed record BenchSize(int Rounds, int Sessions, int ManySessions, int LoadSeconds, int Losses, double SoakMinutes)
{
    /// <summary>What the large store is compared with.</summary>
    public const int FewSessions = 10_000;

    /// <summary>Rounds before the first that counts: a program is still being compiled in them.</summary>
    public const int WarmUps = 3;

    public TimeSpan Load => TimeSpan.FromSeconds(LoadSeconds);

    public static readonly BenchSize Full = new(Rounds: 7, Sessions: 200_000, ManySessions: 1_000_000, LoadSeconds: 5, Losses: 3, SoakMinutes: 10);

    /// <summary>To see that a benchmark works; its verdicts are not the product's.</summary>
    public static readonly BenchSize Quick = new(Rounds: 3, Sessions: 10_000, ManySessions: 50_000, LoadSeconds: 2, Losses: 1, SoakMinutes: 0.5);
}
