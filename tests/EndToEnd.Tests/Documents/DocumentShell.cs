using System.Text.RegularExpressions;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.EndToEnd.Tests.Documents;

/// <summary>
/// Runs a document's blocks as they stand, on a site of this test. jq and curl are the real ones: finding nothing and an answer of 400 or more are
/// failures, also within a pipe. What a test machine lacks, or never ends, is a small stand-in.
/// </summary>
internal sealed partial class DocumentShell(DocumentSite site) : IDisposable
{
    // Functions, which what the block calls does not inherit: a script's own curl may fail.
    private const string StandIns = """
        failed() { echo "$*" >>"$SITE/failed"; }
        curl() { command curl --fail-with-body --silent --show-error "$@" || { local code=$?; failed "curl $*: exit code $code"; return "$code"; }; }
        jq() {
            local found
            found=$(command jq "$@") || { failed "jq $*: not JSON, or no such filter"; return 8; }
            case $found in '' | null | '[]' | '{}') failed "jq $*: found nothing"; return 9 ;; esac
            printf '%s\n' "$found"
        }
        watch() { eval "${!#}"; }
        docker() { [ "$1" = logs ] || { failed "docker $*: only logs"; return 9; }; cat "$SITE/$2.log"; }
        # systemctl stop returns when the silo has left; a start is done by the test, whose process it is.
        ssh() {
            case $2 in
                'systemctl stop gaia_go' | 'systemctl disable --now gaia_go') local pid; pid=$(cat "$SITE/$1.pid"); kill -TERM "$pid"; while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done ;;
                'systemctl start gaia_go') : >"$SITE/$1.start" ;;
                *) failed "ssh $*: only systemctl stop, disable --now and start"; return 9 ;;
            esac
        }

        """;

    // bash -e takes no notice of how a line ends that begins with "!".
    [GeneratedRegex("^! (.+)$", RegexOptions.Multiline)]
    private static partial Regex Refusal();

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    public DocumentShell(LocalCluster cluster)
        : this(DocumentSite.Of(cluster))
    {
    }

    public void Dispose() => site.Dispose();

    /// <summary>Runs what a table says of each block; what one is said to print is compared with what it printed.</summary>
    public async Task Walk(BlockTable table, IEnumerable<DocumentBlock> blocks)
    {
        var printed = "";
        foreach (var block in blocks.Where(b => b.IsShell || b.IsPrinted))
        {
            if (block.IsPrinted) Printed.Like(block, printed);
            else printed = table.Executed(block) is { } executed ? await Run(executed) : "";
        }
    }

    /// <summary>What the block printed; it must have ended well, and all that it asked.</summary>
    public async Task<string> Run(DocumentBlock block)
    {
        site.Refresh();
        await using var shell = ChildProcess.Start(new("bash", "-e", "-c", StandIns + Refusal().Replace(block.Text, "if $1; then failed 'a line that begins with ! was not refused'; fi")) { WorkingDirectory = site.Folder, Environment = site.Environment });
        using var deadline = new CancellationTokenSource(Patience);
        var code = await shell.WaitForExitAsync(deadline.Token);
        var output = string.Join('\n', shell.Output);
        var failures = site.Take("failed");
        Assert.True(code == 0 && failures is null, $"{block.Name} ended with {code}\n{failures}{block.Text}\n{output}");
        await site.StartWhatWasAsked();
        return output;
    }
}
