using System.CommandLine;
using System.Runtime.CompilerServices;
using GaiaOrleans.Client.Output;

namespace GaiaOrleans.Client.Tests.Help;

/// <summary>Every help text is a file here. GAIA_REWRITE_HELP=1 writes them anew; the diff is then the review.</summary>
public class HelpTests
{
    public static TheoryData<string> Words() => new(All());

    [Theory]
    [MemberData(nameof(Words))]
    public async Task Help_is_what_its_file_says(string words)
    {
        var ran = await Ran.Of([.. words.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        var help = string.Join('\n', ran.Out.Split('\n').Select(line => line.TrimEnd())).Trim() + "\n";
        var file = Path.Combine(Folder(), Name(words) + ".txt");
        if (Environment.GetEnvironmentVariable("GAIA_REWRITE_HELP") == "1") await File.WriteAllTextAsync(file, help);

        Assert.Equal(0, ran.Code);
        Assert.Empty(ran.Error);
        Assert.True(File.Exists(file), $"{file} is missing; GAIA_REWRITE_HELP=1 writes it");
        Assert.Equal(await File.ReadAllTextAsync(file), help);
    }

    [Fact]
    public void There_is_no_file_without_a_command() =>
        Assert.Equal(All().Select(Name).Order(), Directory.GetFiles(Folder(), "*.txt").Select(file => Path.GetFileNameWithoutExtension(file)).Order());

    private static List<string> All()
    {
        using var nowhere = new StringWriter();
        return [.. Paths(new Gaia(new Terminal(nowhere, nowhere, TextReader.Null), _ => null, TimeProvider.System).Root(), "")];
    }

    private static string Name(string words) => words.Length == 0 ? "gaia" : words.Replace(' ', '-');

    private static IEnumerable<string> Paths(Command command, string path) =>
        command.Subcommands.SelectMany(child => Paths(child, $"{path} {child.Name}".Trim())).Prepend(path);

    private static string Folder([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
