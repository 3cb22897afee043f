#!/bin/bash
# A Slurm of one node on the loopback interface, for trying things out and for the tests.
#
#   scripts/slurm-node.sh FOLDER
#
# Starts munged, slurmctld and slurmd with all their files in FOLDER, prints `SLURM_CONF=FILE`, and
# stops them when its standard input ends or it gets a signal. Needs Debian's slurmctld, slurmd,
# slurm-client and munge; nothing of the system's own Slurm is touched.
set -euo pipefail

for command in munged slurmctld slurmd scontrol sbatch; do
  if ! PATH=$PATH:/usr/sbin:/sbin command -v "$command" >/dev/null; then
    echo "$command is not installed; apt-get install slurmctld slurmd slurm-client munge" >&2
    exit 69
  fi
done
PATH=$PATH:/usr/sbin:/sbin

mkdir -p "$1"
folder=$(cd "$1" && pwd)
if [[ $folder =~ [[:space:],\"] ]]; then
  echo "$folder: slurm.conf takes no path with spaces, commas or quotes" >&2
  exit 64
fi
mkdir -p "$folder"/{state,spool}
host=$(hostname -s)
user=$(id -un)
memory=$(awk '/^MemTotal/ {print int($2 / 1024)}' /proc/meminfo)
# Two ports that nobody listens at.
ports=()
while ((${#ports[@]} < 2)); do
  port=$((20000 + RANDOM % 20000))
  (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || ports+=("$port")
done

cat >"$folder/slurm.conf" <<CONF
ClusterName=one
SlurmctldHost=$host(127.0.0.1)
SlurmUser=$user
SlurmdUser=$user
SlurmctldPort=${ports[0]}
SlurmdPort=${ports[1]}
MailProg=/bin/true
AuthType=auth/munge
# A task that was put back into the queue waits as long as credentials live.
AuthInfo=socket=$folder/munge.socket,cred_expire=5
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/builtin
SchedulerParameters=sched_interval=1,batch_sched_delay=0
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
ReturnToService=2
KillWait=5
MaxArraySize=${PVPIPE_MAX_ARRAY_SIZE:-1001}
NodeName=$host NodeAddr=127.0.0.1 CPUs=2 RealMemory=$memory State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP
CONF

daemons=()
stop() {
  trap '' EXIT INT TERM HUP
  for daemon in "${daemons[@]}"; do kill "$daemon" 2>/dev/null || true; done
  for ((try = 0; try < 100; try++)); do
    kill -0 "${daemons[@]}" 2>/dev/null || break
    sleep 0.1
  done
  for daemon in "${daemons[@]}"; do kill -KILL "$daemon" 2>/dev/null || true; done
  wait
}
trap stop EXIT
trap 'exit 143' INT TERM HUP

(umask 077 && head -c 128 /dev/urandom >"$folder/munge.key")
munged --foreground --force --socket="$folder/munge.socket" --key-file="$folder/munge.key" \
  --pid-file="$folder/munge.pid" --log-file="$folder/munge.log" --seed-file="$folder/munge.seed" \
  </dev/null >"$folder/munge.out" 2>&1 &
daemons+=($!)
until [[ -S "$folder/munge.socket" ]]; do
  kill -0 "${daemons[0]}" 2>/dev/null || { cat "$folder/munge.out" >&2; exit 70; }
  sleep 0.05
done
export SLURM_CONF=$folder/slurm.conf
slurmctld -D -c </dev/null >"$folder/slurmctld.out" 2>&1 &
daemons=($! "${daemons[@]}")
slurmd -D -c </dev/null >"$folder/slurmd.out" 2>&1 &
daemons=($! "${daemons[@]}")
for ((try = 0; try < 300; try++)); do
  [[ "$(sinfo --noheader --format=%T 2>/dev/null)" == idle ]] && break
  for daemon in "${daemons[@]}"; do
    kill -0 "$daemon" 2>/dev/null || { cat "$folder"/slurm*.out >&2; exit 70; }
  done
  sleep 0.1
done
[[ "$(sinfo --noheader --format=%T)" == idle ]] || { cat "$folder"/slurm*.out >&2; exit 70; }
echo "SLURM_CONF=$SLURM_CONF"
cat >/dev/null
