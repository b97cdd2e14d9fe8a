"""What lets containers run inside of a machine: rights, and control groups that can be written.

Settings of the kernel that are the whole host's become files of the machine's own.
"""

from __future__ import annotations

ENVIRONMENT = ("env", "SYSTEMD_NSPAWN_API_VFS_WRITABLE=yes")
OPTIONS = ("--capability=all", "--bind=/dev/kmsg", "--system-call-filter=@keyring bpf")
# kubelet and the CIS profile set these; written for real, they would be set for this host.
COVERED_SETTINGS = (
    "kernel/keys/root_maxbytes",
    "kernel/keys/root_maxkeys",
    "kernel/panic",
    "kernel/panic_on_oops",
    "vm/overcommit_memory",
    "vm/panic_on_oom",
)
SCRIPT_PATH = "usr/local/sbin/make-room-for-containers"
SCRIPT = f"""#!/bin/sh
# The control groups that systemd-nspawn mounts are read-only: new mounts of them are not.
set -eu
groups=/run/control-groups
if [ ! -e /sys/fs/cgroup/cgroup.controllers ]; then
  mkdir -p "$groups"
  mount -t tmpfs -o mode=755 tmpfs "$groups"
  for kind in blkio cpu cpuacct cpuset devices freezer memory pids; do
    mkdir "$groups/$kind"
    mount -t cgroup -o "$kind" cgroup "$groups/$kind"
  done
  for kind in systemd unified; do
    [ -d "/sys/fs/cgroup/$kind" ] || continue
    mkdir "$groups/$kind"
    mount --rbind "/sys/fs/cgroup/$kind" "$groups/$kind"
  done
  mount --rbind "$groups" /sys/fs/cgroup
fi
for setting in {" ".join(COVERED_SETTINGS)}; do
  [ -e "/proc/sys/$setting" ] || continue
  cover="/run/settings/$setting"
  mkdir -p "${{cover%/*}}"
  cat "/proc/sys/$setting" > "$cover"
  mount --bind "$cover" "/proc/sys/$setting"
done
"""
UNIT = f"""[Unit]
Description=Room for containers
DefaultDependencies=no
Before=basic.target
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/{SCRIPT_PATH}
[Install]
WantedBy=multi-user.target
"""
