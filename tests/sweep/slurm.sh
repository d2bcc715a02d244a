#!/bin/sh
# A real Slurm of one node, started here and ended here: a job array plays a sweep in shards, one task
# fails and is submitted again, the parts are merged, and the result is what one machine makes.
#   slurm.sh SCMOESIM SBATCH-SCRIPT
# Skipped (77) where Slurm is missing or cannot start.
set -u
scmoesim=$(realpath "$1") script=$(realpath "$2")
skip() {
    echo "skipped: $*"
    exit 77
}
PATH=$PATH:/usr/sbin
for program in munged slurmctld slurmd sbatch squeue sinfo; do
    command -v $program >/dev/null || skip "no $program (Debian: apt-get install slurm-wlm munge)"
done
[ "$(id -u)" -eq 0 ] || skip "slurmd starts jobs as root only"
work=$(mktemp -d) || exit 1
pids=
end() {
    for pid in $pids; do
        kill "$pid" 2>/dev/null
        wait "$pid" 2>/dev/null
    done
    rm -rf "$work"
}
trap end EXIT
trap 'exit 1' HUP INT TERM

# Everything lies in $work, ports are of this process: another Slurm is not disturbed.
node=$(hostname -s)
cpus=$(nproc)
port=$((20000 + $$ % 20000))
chmod 755 "$work"
mkdir -m 700 "$work/munge" "$work/state" "$work/spool"
dd if=/dev/urandom of="$work/munge/key" bs=1024 count=1 2>/dev/null
chmod 400 "$work/munge/key"
cat >"$work/slurm.conf" <<CONF
ClusterName=test
SlurmctldHost=$node(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$work/munge.socket
CredType=cred/munge
SlurmctldPort=$port
SlurmdPort=$((port + 1))
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SchedulerType=sched/builtin
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
ReturnToService=2
NodeName=$node NodeAddr=127.0.0.1 CPUs=$cpus State=UNKNOWN
PartitionName=test Nodes=$node Default=YES State=UP OverSubscribe=FORCE:4
CONF
SLURM_CONF=$work/slurm.conf
export SLURM_CONF

munged --foreground --force --key-file="$work/munge/key" --socket="$work/munge.socket" \
    --pid-file="$work/munge.pid" --log-file="$work/munge.log" --seed-file="$work/munge.seed" \
    >"$work/munged.out" 2>&1 &
pids="$!"
waited=0
until [ -S "$work/munge.socket" ]; do
    [ $waited -lt 50 ] || skip "munged does not start: $(tail -n 1 "$work/munged.out" "$work/munge.log" 2>/dev/null)"
    waited=$((waited + 1))
    sleep 0.1
done
slurmctld -D -f "$SLURM_CONF" >"$work/slurmctld.out" 2>&1 &
pids="$! $pids"
slurmd -D -f "$SLURM_CONF" -N "$node" >"$work/slurmd.out" 2>&1 &
pids="$! $pids"
waited=0
until sinfo -h -o %t 2>/dev/null | grep -qE 'idle|mix|alloc'; do
    [ $waited -lt 100 ] || skip "Slurm does not start: $(tail -n 2 "$work/slurmctld.out" "$work/slurmd.out" | tr '\n' ' ')"
    waited=$((waited + 1))
    sleep 0.1
done

cd "$work" || exit 1
sweep() {
    "$scmoesim" sweep spec.json --quiet "$@"
}
wait_for_jobs() {
    waited=0
    while [ -n "$(squeue -h)" ]; do
        [ $waited -lt 300 ] || {
            echo "jobs do not end:"
            squeue
            exit 1
        }
        waited=$((waited + 1))
        sleep 0.2
    done
}
cat >spec.json <<'SPEC'
{ "schema": "scmoesim/sweep/1",
  "base": { "schedules": ["top2", "scmoe-pos2"] },
  "vary": [ { "pointer": "/tokens", "from": 256, "to": 16384, "steps": 150, "scale": "log" } ] }
SPEC
sweep -o whole.csv || exit 1

# Task 2 of 1..4 fails in its first run: the program that it is to run is not there for it.
cat >flaky <<FLAKY
#!/bin/sh
[ "\$SLURM_ARRAY_TASK_ID" != 2 ] || [ -e mended ] || exit 1
exec "$scmoesim" "\$@"
FLAKY
chmod +x flaky
SCMOESIM=$work/flaky
export SCMOESIM
submit() {
    sbatch --parsable --cpus-per-task=1 --output="$work/log-%a" "$@" "$script" spec.json out --quiet
}
submit --array=1-4 >/dev/null || exit 1
wait_for_jobs
if [ -e out.part-2.csv ] || [ ! -e out.part-4.csv ]; then
    echo "after the first submission task 2 alone should have nothing:"
    ls
    tail log-*
    exit 1
fi
if "$scmoesim" merge out.part-*.csv -o early.csv 2>merge.err; then
    echo "merge took parts that lack a shard"
    exit 1
fi
grep -q 'points are in no file' merge.err || { cat merge.err; exit 1; }
touch mended
SHARDS=4 submit --array=2 >/dev/null || exit 1
wait_for_jobs
"$scmoesim" merge out.part-*.csv -o merged.csv || exit 1
cmp whole.csv merged.csv || exit 1
echo "merged shards of a Slurm array are byte-identical to one machine's table"
