#!/bin/sh
# The manual page tells every command and option that there is, and none that there is not.
#   manual.sh SCMOESIM PAGE
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$1" --help | sed -n 's/^  \([a-z]*\)  .*/\1/p' >"$work/commands"
[ -s "$work/commands" ]
{
    "$1" --help
    while IFS= read -r command; do
        grep -q "^\.SS \"*$command" "$2" || {
            echo "$2 has no section on the command $command" >&2
            exit 1
        }
        "$1" "$command" --help
    done <"$work/commands"
} | sed '/^Example/,/^$/d' | grep -o -- '--[a-z][a-z-]*' | sort -u >"$work/there"
sed 's/\\-/-/g' "$2" | grep -o -- '--[a-z][a-z-]*' | sort -u >"$work/told"
diff "$work/there" "$work/told"
