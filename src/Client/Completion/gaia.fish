# Completion of gaia in fish:  gaia completion fish | source
function __gaia_suggest
    set -l program (commandline -opc)[1]
    set -l typed (string replace -r '^\s*\S+\s*' '' -- (commandline -cp))
    set -l found ($program "[suggest:"(string length -- "$typed")"]" "$typed" 2>/dev/null)
    if test -n "$found[1]"
        printf '%s\n' $found
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c gaia -f -a '(__gaia_suggest)'
