# Says what may stand where the cursor is: `words`, or `files` of a kind.
_agentos_cfg_find() {
    local word command="" options="" kind="value" previous="${COMP_WORDS[COMP_CWORD - 1]}"
    current="${COMP_WORDS[COMP_CWORD]}" words="" files=""
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
}
