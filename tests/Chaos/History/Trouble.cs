namespace GaiaOrleans.Chaos.History;

/// <param name="Kind">Of the fault.</param>
/// <param name="Began">Ticks of the recorder's clock.</param>
/// <param name="Ended">As <paramref name="Began"/>: when what it befell was whole again, as far as the nemesis had a part in it.</param>
internal sealed record Trouble(string Kind, long Began, long Ended);
