# Completes `agentos-cfg` in bash: source it, or write it to
# `${XDG_DATA_HOME:-~/.local/share}/bash-completion/completions/agentos-cfg`.
_agentos_cfg() {
    local word command="" options="" words="" files="" kind="value"
    local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD - 1]}"
    COMPREPLY=()
    # `--option=value` is three words.
    if [[ $current == "=" ]]; then
        current=""
    elif [[ $previous == "=" ]]; then
        previous="${COMP_WORDS[COMP_CWORD - 2]}"
    fi
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case "$command $word" in
        @COMMANDS@) command="$command $word" ;;
        esac
    done
    case "$command $previous" in
@VALUES@
        *) kind="argument" ;;
    esac
    if [[ $kind == "argument" ]]; then
        case "$command" in
@WORDS@
        esac
        if [[ $current == -* ]]; then
            words="$options" files=""
        fi
    fi
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
