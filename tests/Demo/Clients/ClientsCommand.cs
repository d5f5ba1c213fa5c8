using System.CommandLine;
using System.Text.Json;
using GaiaOrleans.Demo.Journals;

namespace GaiaOrleans.Demo.Clients;

/// <summary>The process of the clients: works until its input closes or says `quiet`, finishes what is in flight, and reports.</summary>
internal static class ClientsCommand
{
    public static Command Create()
    {
        var gateway = new Option<string>("--gateway") { Required = true, Description = "The gateway's URL." };
        var journal = new Option<string>("--journal") { Required = true, Description = "The file to write every write's fate to." };
        var sessionsFile = new Option<string>("--sessions-file") { Required = true, Description = "Ids of existing sessions, one a line." };
        var clients = new Option<int>("--clients") { DefaultValueFactory = _ => 16, Description = "How many clients." };
        var seed = new Option<int>("--seed") { Required = true, Description = "Chooses the operations; part of every created id." };
        var command = new Command("clients", "Reads, creates, updates and deletes through the gateway until its input closes or says 'quiet'.")
        {
            gateway, journal, sessionsFile, clients, seed,
        };
        command.SetAction((parsed, cancellation) => Run(
            parsed.GetRequiredValue(gateway), parsed.GetRequiredValue(journal), parsed.GetRequiredValue(sessionsFile),
            parsed.GetValue(clients), parsed.GetRequiredValue(seed), cancellation));
        return command;
    }

    private static async Task<int> Run(string gateway, string journalFile, string sessionsFile, int count, int seed, CancellationToken cancellation)
    {
        var time = TimeProvider.System;
        var ids = await File.ReadAllLinesAsync(sessionsFile, cancellation);
        using var journal = new Journal(journalFile);
        using var http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(2) }) { Timeout = TimeSpan.FromSeconds(10) };
        var quiet = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var requests = new SessionRequests(http, gateway, time);
        var tally = new Tally();

        _ = QuietOnRequest(quiet);
        var working = Task.WhenAll(Enumerable.Range(0, count).Select(Start));
        await ReportUntil(working, tally, time);
        await working;
        Console.WriteLine(JsonSerializer.Serialize(tally.Report("summary"), Json.Lines));
        return 0;

        async Task Start(int number)
        {
            var random = new Random(unchecked(seed * 31 + number));
            var sessions = new OwnedSessions(OwnedSessions.Share(ids, number, count), random);
            var outages = new Outages(journal, tally, time);
            var reads = new SessionReads(requests, journal, tally, outages, time);
            var writes = new SessionWrites(requests, reads, sessions, journal, tally, outages, time);
            await new Client(number, seed, sessions, reads, writes, random, time).Run(quiet.Token);
            outages.Close();
        }
    }

    private static async Task QuietOnRequest(CancellationTokenSource quiet)
    {
        try
        {
            using var input = new StreamReader(Console.OpenStandardInput());
            while (await input.ReadLineAsync(quiet.Token) is { } line && line.Trim() != "quiet")
            {
            }
        }
        finally
        {
            await quiet.CancelAsync();
        }
    }

    private static async Task ReportUntil(Task working, Tally tally, TimeProvider time)
    {
        using var second = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        while (await Task.WhenAny(working, second.WaitForNextTickAsync().AsTask()) != working)
            Console.WriteLine(JsonSerializer.Serialize(tally.Report("tick"), Json.Lines));
    }
}
