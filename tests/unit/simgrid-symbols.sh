#!/bin/sh
# The engine uses of SimGrid's C interface only what the headers of 3.32 and of 4.0.3 both declare, so that
# neither a newer nor an older library breaks it. Usage: simgrid-symbols.sh libengine.a
set -eu
allowed="sg_actor_exec_init sg_actor_execute sg_actor_init sg_actor_self_get_data sg_actor_set_data
sg_actor_sleep_for sg_actor_sleep_until sg_actor_start_ sg_actor_yield sg_comm_wait sg_exec_cancel
sg_exec_set_bound sg_exec_start sg_exec_wait sg_host_by_name sg_link_by_name sg_link_set_bandwidth
sg_mailbox_by_name sg_mailbox_get_async sg_mailbox_put_async sg_sem_acquire sg_sem_acquire_timeout
sg_sem_destroy sg_sem_init sg_sem_release sg_version_get simgrid_get_clock simgrid_init
simgrid_load_platform simgrid_run"
used=$(nm -u "$1" | awk '$1 == "U" && $2 ~ /^(sg_|simgrid_|xbt_)/ { print $2 }' | sort -u)
[ -n "$used" ] || { echo "no SimGrid symbols in $1"; exit 1; }
failed=0
for symbol in $used; do
    case " $(echo $allowed) " in
    *" $symbol "*) ;;
    *) echo "the engine uses $symbol, which is not on the list"; failed=1 ;;
    esac
done
exit $failed
