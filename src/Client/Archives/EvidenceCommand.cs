using System.CommandLine;
using GaiaOrleans.Client.Http;

namespace GaiaOrleans.Client.Archives;

/// <summary>The archive that proves how the migration went.</summary>
internal static class EvidenceCommand
{
    private const string Path = "/api/migration/evidence";

    // Longer than the database may take for what comes next.
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(2);

    public static Command Create(Gaia gaia) => new("evidence", "One archive of everything that proves how the migration went, and checking one") { Export(gaia), Verify(gaia) };

    private static Command Export(Gaia gaia)
    {
        var file = new Argument<string>("FILE") { Description = "Where to; a file that is there already is only replaced with --yes" };
        var command = new Command("export", "Write the archive: history, gates, runs, mismatches, conflicts, events and counts, chained by hashes") { file };
        gaia.Handle(command, async (call, cancellationToken) =>
        {
            var path = call.Get(file);
            if (Directory.Exists(path)) throw new UsageException($"{path} is a folder; FILE is the archive itself.");
            if (File.Exists(path) && !await call.Confirm($"{path} is replaced.", cancellationToken)) return ExitCode.Failed;
            using var partial = new PartialFile(path);
            var check = await Save(call, partial, cancellationToken);
            if (check.Broken is { } broken)
            {
                call.Terminal.Complain($"the archive broke off and was not kept: {broken}");
                return ExitCode.Failed;
            }

            partial.Keep();
            call.Terminal.Out.WriteLine($"{check.Lines} lines in {path}");
            call.Terminal.Out.WriteLine($"final hash {check.Hash}; kept elsewhere it proves that the file is this one");
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Verify(Gaia gaia)
    {
        var file = new Argument<string>("FILE") { Description = "An archive" };
        var command = new Command("verify", "Whether an archive is whole and unchanged, or which line is the first that is not (exit code 1)") { file };
        gaia.Handle(command, async (call, cancellationToken) =>
        {
            await using var stream = Open(call.Get(file));
            var check = await EvidenceCheck.Of(stream, cancellationToken);
            if (check.Broken is { } broken)
            {
                call.Terminal.Complain(broken);
                return ExitCode.Failed;
            }

            call.Terminal.Out.WriteLine($"whole and unchanged: {check.Lines} lines, final hash {check.Hash}");
            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task<EvidenceCheck> Save(Call call, PartialFile partial, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await call.ControlPlane.Open(Path, "application/x-ndjson", cancellationToken);
            await using var archive = new HeardStream(await response.Content.ReadAsStreamAsync(cancellationToken), Silence, call.Time);
            await using (var file = partial.Create()) await archive.CopyToAsync(file, cancellationToken);
        }
        catch (Exception e) when (e is HttpIOException or SilenceException or HttpRequestException { InnerException: IOException })
        {
            return new(0, "", e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException(e.Message);
        }

        await using var saved = partial.OpenRead();
        return await EvidenceCheck.Of(saved, cancellationToken);
    }

    private static FileStream Open(string path)
    {
        try
        {
            return File.OpenRead(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException(e.Message);
        }
    }
}
