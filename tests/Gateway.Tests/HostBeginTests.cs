using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.FileProviders;

namespace GaiaOrleans.Gateway.Tests;

/// <summary>By itself: where a process is, all its tests are.</summary>
[CollectionDefinition(nameof(HostBeginTests), DisableParallelization = true)]
[Collection(nameof(HostBeginTests))]
public sealed class HostBeginTests
{
    [Fact]
    public void Its_files_are_those_beside_the_program_and_not_where_it_is_started()
    {
        var started = Directory.GetCurrentDirectory();
        var elsewhere = Directory.CreateTempSubdirectory("gaia-started-");
        try
        {
            Directory.SetCurrentDirectory(elsewhere.FullName);
            var builder = HostBegin.NewApplication([]);
            Assert.Equal(AppContext.BaseDirectory, builder.Environment.ContentRootPath);
            // What is watched for changes with all that is below it.
            var watched = builder.Configuration.Sources.OfType<FileConfigurationSource>().Where(s => s.ReloadOnChange).Select(s => Assert.IsType<PhysicalFileProvider>(s.FileProvider).Root).Distinct();
            Assert.Equal([AppContext.BaseDirectory], watched);
        }
        finally
        {
            Directory.SetCurrentDirectory(started);
            elsewhere.Delete(recursive: true);
        }
    }
}
