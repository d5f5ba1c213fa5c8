# Completion of gaia in zsh, after compinit:  eval "$(gaia completion zsh)"
_gaia() {
    local typed=${LBUFFER#*${words[1]}}
    typed=${typed##[[:space:]]}
    local -a found=(${(f)"$(${words[1]} "[suggest:${#typed}]" "$typed" 2>/dev/null)"})
    compadd -a found || _files
}
compdef _gaia gaia
