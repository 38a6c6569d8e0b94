# Completes `agentos-cfg` in bash: source it, or write it to
# `${XDG_DATA_HOME:-~/.local/share}/bash-completion/completions/agentos-cfg`.

@FINDING@

_agentos_cfg() {
    local word current words files
    COMPREPLY=()
    _agentos_cfg_find
    if [[ -n $files ]]; then
        compopt -o filenames 2>/dev/null
    fi
    while IFS= read -r word; do
        COMPREPLY+=("$word")
    done < <(
        case "$files" in
        ("") compgen -W "$words" -- "$current" ;;
        (all) compgen -f -- "$current" ;;
        (folders) compgen -d -- "$current" ;;
        (*) compgen -d -- "$current"; compgen -f -X "!*.$files" -- "$current" ;;
        esac
    )
}
complete -F _agentos_cfg agentos-cfg
