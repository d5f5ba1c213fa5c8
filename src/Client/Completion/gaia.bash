# Completion of gaia in bash:  eval "$(gaia completion bash)"
_gaia() {
    local program=${COMP_WORDS[0]} word=${COMP_WORDS[COMP_CWORD]} typed=${COMP_LINE:0:COMP_POINT} IFS=$'\n'
    typed=${typed#*"$program"}
    typed=${typed#"${typed%%[![:space:]]*}"}
    COMPREPLY=($(compgen -W "$("$program" "[suggest:${#typed}]" "$typed" 2>/dev/null)" -- "$word"))
}
complete -o default -F _gaia gaia
