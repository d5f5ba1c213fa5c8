namespace GaiaOrleans.EndToEnd.Tests.Documents;

/// <summary>docs/TRAINING.md: both days, with the repository's own gaia and the cluster that it starts.</summary>
public sealed class TrainingTests
{
    [Fact]
    public async Task Both_days_can_be_held()
    {
        using var shell = new DocumentShell(DocumentSite.OfCheckout());
        var table = BlockTable.Of("TRAINING");
        try
        {
            await shell.Walk(table, table.Blocks());
        }
        finally
        {
            await shell.Run(new("the end", "bash", "./gaia down --wipe"));
        }
    }
}
