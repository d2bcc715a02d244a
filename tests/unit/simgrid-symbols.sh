#!/bin/sh
# SimGrid is called through one table only, of functions that the headers of 3.32 and of 4.0.3 both declare, so
# that neither a newer nor an older library breaks it; and it is loaded when a play needs it, not with the program.
# Usage: simgrid-symbols.sh SOURCE_FOLDER PROGRAM
set -eu
program=$(realpath "$2")
cd "$1"
header=sim/engine/simgrid_library.h
failed=0
complain() {
    echo "$*"
    failed=1
}

allowed="sg_actor_exec_init sg_actor_execute sg_actor_init sg_actor_self_get_data sg_actor_set_data
sg_actor_set_stacksize sg_actor_sleep_for sg_actor_sleep_until sg_actor_start_ sg_actor_yield
sg_comm_wait sg_exec_cancel sg_exec_set_bound sg_exec_start sg_exec_wait sg_host_by_name sg_host_sendto
sg_link_by_name sg_link_set_bandwidth sg_mailbox_by_name sg_mailbox_get_async sg_mailbox_put_async
sg_sem_acquire sg_sem_acquire_timeout sg_sem_destroy sg_sem_init sg_sem_release sg_version_get
simgrid_get_clock simgrid_init simgrid_load_platform simgrid_run"
table=$(grep -oE '\bX\([a-z_]+\)' $header | sed 's/X(\(.*\))/\1/')
[ -n "$table" ] || complain "no functions in $header"
for function in $table; do
    case " $(echo $allowed) " in
    *" $function "*) ;;
    *) complain "$header has $function, which is not on the list" ;;
    esac
done

for file in $(grep -rlE '#[[:space:]]*include[[:space:]]*[<"](simgrid|xbt)/' sim); do
    case $file in
    $header | sim/engine/simgrid_library.c) ;;
    *) complain "$file includes SimGrid's headers" ;;
    esac
done
for file in $(grep -rlE '\b(sg|xbt)_[a-z]' sim); do
    case $file in
    $header | sim/engine/simgrid_library.c | sim/engine/network_simgrid.c) ;;
    *) complain "$file knows SimGrid" ;;
    esac
done

# The program must know its own functions, or else the next check would pass on a stripped one.
nm "$program" | grep -q ' settle$' || complain "no symbols in $program"
linked=$(nm "$program" | awk '$1 == "U" && $2 ~ /^(sg_|simgrid_|xbt_|SIMIX_|MSG_)/ { print $2 }')
[ -z "$linked" ] || complain "$program is linked to" $linked
libraries=$(ldd "$program" | awk '$1 ~ /simgrid|boost|ns3/ { print $1 }')
[ -z "$libraries" ] || complain "$program loads" $libraries
exit $failed
