"""Machines, as node_exporter tells of them."""

from __future__ import annotations

from .matching import of_nodes
from .model import RATE, Dashboard, Panel, Row, Variable

REAL_DISKS = 'fstype!~"tmpfs|ramfs|squashfs|iso9660|overlay|fuse.*"'


BUSY = f'1 - avg by (machine, node, instance) (rate(node_cpu_seconds_total{{mode="idle"}}{RATE}))'
MEMORY = "1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes"
FULL = (
    "1 - max by (machine, node, instance, mountpoint) "
    f"(node_filesystem_avail_bytes{{{REAL_DISKS}}} / node_filesystem_size_bytes{{{REAL_DISKS}}})"
)
INODES = (
    "1 - max by (machine, node, instance, mountpoint) "
    f"(node_filesystem_files_free{{{REAL_DISKS}}} / (node_filesystem_files{{{REAL_DISKS}}} > 0))"
)


def _summed(metric: str, extra: str = "") -> str:
    return f"sum by (machine, node, instance) (rate({metric}{extra}{RATE}))"


NODES = Dashboard(
    uid="stratum-nodes",
    folder="infrastructure",
    title="Nodes",
    description="Machines as node_exporter tells of them.",
    variables=(
        Variable("machine", "Machine", "metrics", "label_values(node_load1, machine)", ".*"),
        Variable("node", "Node", "metrics", "label_values(node_load1, node)", ".*"),
    ),
    rows=(
        Row(
            "Now",
            (
                Panel(
                    "Nodes",
                    "How many machines tell of themselves.",
                    "metrics",
                    (of_nodes("count(node_boot_time_seconds)", now=True),),
                    kind="stat",
                    width=6,
                    height=4,
                ),
                Panel(
                    "Busiest processors",
                    "Share of the processors' time in use, of the machine where it is highest.",
                    "metrics",
                    (of_nodes(f"max({BUSY})", now=True),),
                    "percentunit",
                    kind="stat",
                    width=6,
                    height=4,
                    warn=0.8,
                    bad=0.95,
                ),
                Panel(
                    "Fullest memory",
                    "Share of memory that is not available, of the machine where it is highest.",
                    "metrics",
                    (of_nodes(f"max({MEMORY})", now=True),),
                    "percentunit",
                    kind="stat",
                    width=6,
                    height=4,
                    warn=0.85,
                    bad=0.95,
                ),
                Panel(
                    "Longest since a start",
                    "How long ago the machine that runs longest was started.",
                    "metrics",
                    (of_nodes("max(time() - node_boot_time_seconds)", now=True),),
                    "s",
                    kind="stat",
                    width=6,
                    height=4,
                ),
            ),
        ),
        Row(
            "Processors and memory",
            (
                Panel(
                    "Processors in use",
                    "Share of the processors' time that was not idle.",
                    "metrics",
                    (of_nodes(BUSY),),
                    "percentunit",
                    least=0,
                    most=1,
                ),
                Panel(
                    "Load a processor",
                    "Processes that ran or wanted to, over one minute, for each processor.",
                    "metrics",
                    (
                        of_nodes(
                            "node_load1 / on (machine, node, instance) count by "
                            '(machine, node, instance) (node_cpu_seconds_total{mode="idle"})'
                        ),
                    ),
                    least=0,
                ),
                Panel(
                    "Memory in use",
                    "Share of memory that programs could not have.",
                    "metrics",
                    (of_nodes(MEMORY),),
                    "percentunit",
                    least=0,
                    most=1,
                ),
            ),
        ),
        Row(
            "Disks",
            (
                Panel(
                    "File systems in use",
                    "Share of each file system that is taken.",
                    "metrics",
                    (of_nodes(FULL, "{{machine}}{{node}} {{mountpoint}}"),),
                    "percentunit",
                    least=0,
                    most=1,
                ),
                Panel(
                    "Inodes in use",
                    "Share of the files that each file system can hold.",
                    "metrics",
                    (of_nodes(INODES, "{{machine}}{{node}} {{mountpoint}}"),),
                    "percentunit",
                    least=0,
                    most=1,
                ),
                Panel(
                    "Time that disks were busy",
                    "Share of the time in which a disk had something to do; the busiest of each.",
                    "metrics",
                    (
                        of_nodes(
                            "max by (machine, node, instance) "
                            f"(rate(node_disk_io_time_seconds_total{RATE}))"
                        ),
                    ),
                    "percentunit",
                    least=0,
                ),
                Panel(
                    "Read and written",
                    "Bytes a second of all disks.",
                    "metrics",
                    (
                        of_nodes(_summed("node_disk_read_bytes_total"), "{{machine}}{{node}} read"),
                        of_nodes(
                            _summed("node_disk_written_bytes_total"), "{{machine}}{{node}} written"
                        ),
                    ),
                    "Bps",
                    width=12,
                ),
                Panel(
                    "Network",
                    "Bytes a second over all interfaces but the loopback.",
                    "metrics",
                    (
                        of_nodes(
                            _summed("node_network_receive_bytes_total", '{device!="lo"}'),
                            "{{machine}}{{node}} received",
                        ),
                        of_nodes(
                            _summed("node_network_transmit_bytes_total", '{device!="lo"}'),
                            "{{machine}}{{node}} sent",
                        ),
                    ),
                    "Bps",
                    width=12,
                ),
            ),
        ),
    ),
)
