#!/bin/sh
# A room of sim includes only from rooms above it in the list of sim/meson.build. That rules out cycles
# too. Usage: rooms.sh SOURCE
set -eu
cd "$1"

# "FROM TO": includes that are still wrong. One that is gone must leave this list.
allowed=""

# FILE ROOM, for each include of a header of sim.
grep -rHoE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"[^"]*"' sim --include='*.[ch]' |
    sed -e 's/:[^"]*"/ /' -e 's/"$//' |
    { sed -n "s/^subdir('\(.*\)')/room \1/p" sim/meson.build
      printf '%s\n' "$allowed" | sed -n 's/^./allowed &/p'
      cat; } |
    awk '
    $1 == "room" { place[$2] = ++rooms; next }
    $1 == "allowed" { allowed[$2 " " $3] = 1; next }
    {
        split($1, from, "/"); split($2, to, "/")
        if (to[1] != "sim" || to[3] == "") {
            print $1 ": includes \"" $2 "\": name it from the top, \"sim/ROOM/HEADER.h\""
            failed = 1
            next
        }
        includes++
        if (from[2] == to[2] || (place[to[2]] && place[to[2]] < place[from[2]])) next
        pair = from[2] " " to[2]
        if (pair in allowed) seen[pair] = 1
        else {
            print $1 ": includes \"" $2 "\", but " to[2] " is not above " from[2] " in sim/meson.build"
            failed = 1
        }
    }
    END {
        for (pair in allowed)
            if (!(pair in seen)) {
                print "tests/unit/rooms.sh: nothing includes \"" pair "\" any more: leave it out"
                failed = 1
            }
        if (rooms < 10 || includes < 500) {
            print "only " rooms " rooms and " includes " includes found"
            failed = 1
        }
        exit failed
    }'
