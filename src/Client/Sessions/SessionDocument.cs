using System.CommandLine;
using System.Text.Json;
using GaiaOrleans.Client.Http;
using GaiaOrleans.Client.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace GaiaOrleans.Client.Sessions;

/// <summary>A session as clients of the data plane see it.</summary>
internal static class SessionDocument
{
    public static Command Get(Gaia gaia)
    {
        var id = SessionCommand.Id();
        var command = new Command("get", "Read the session as a client would") { id };
        gaia.Handle(command, async (call, cancellationToken) =>
        {
            var answer = await call.ControlPlane.Get(PathOf(call.Get(id)), cancellationToken);
            call.Show(answer, json => new Rows(Facts.Of(json), Text.Empty, How(answer)));
            return ExitCode.Ok;
        });
        return command;
    }

    public static Command Put(Gaia gaia)
    {
        var id = SessionCommand.Id();
        var file = new Argument<string>("FILE") { Description = "The whole document as JSON; - reads it from the input" };
        var version = new Option<long?>("--if-version") { Description = "Refuse when the session is at another version", HelpName = "VERSION" };
        var command = new Command("put", "Create or replace the session, as a client would") { id, file, version };
        gaia.Handle(command, async (call, cancellationToken) =>
        {
            var document = await Read(call.Get(file), call.Terminal, cancellationToken);
            var etag = call.Get(version) is { } expected ? $"\"{expected}\"" : null;
            var answer = await call.ControlPlane.Put(PathOf(call.Get(id)), document, etag, cancellationToken);
            call.Show(answer, _ => new Rows(Cell.Of(answer.Status == 201 ? "created" : "replaced"), How(answer)));
            return ExitCode.Ok;
        });
        return command;
    }

    private static string PathOf(string id) => $"/api/sessions/{Query.Segment(id)}";

    private static IRenderable How(Answer answer)
    {
        var facts = new Facts().Add("version", answer.Header("ETag")).Add("served by", answer.Header("X-Gaia-Served-By")).Add("epoch", answer.Header("X-Gaia-Epoch"));
        if (answer.Header("X-Gaia-Dual-Write") is { } outcome) facts.Add("dual-write", outcome);
        return facts.Shown;
    }

    private static async Task<string> Read(string file, Terminal terminal, CancellationToken cancellationToken)
    {
        try
        {
            var text = file == "-" ? await terminal.In.ReadToEndAsync(cancellationToken) : await File.ReadAllTextAsync(file, cancellationToken);
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return text;
            throw new UsageException($"{file} holds no JSON object.");
        }
        catch (JsonException e)
        {
            throw new UsageException($"{file} is not JSON: {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{file} cannot be read: {e.Message}");
        }
    }
}
