#!/usr/bin/env bash
# Completes `kubectl agentos` in every shell in which `kubectl` is completed: write it to a folder of `PATH` as
# `kubectl_complete-agentos`, and make it executable. `kubectl` gives it the words, the last one unfinished.

@FINDING@

COMP_WORDS=(agentos-cfg)
for word in "$@"; do
    if [[ $word == --*=* ]]; then
        COMP_WORDS+=("${word%%=*}" "=" "${word#*=}")
    else
        COMP_WORDS+=("$word")
    fi
done
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_agentos_cfg_find
# The last line is a directive of cobra: no files, files with these endings, folders, any files.
case "$files" in
"") compgen -W "$words" -- "$current"; printf ':4\n' ;;
all) printf ':0\n' ;;
folders) printf ':16\n' ;;
*) printf '%s\n:8\n' "$files" ;;
esac
