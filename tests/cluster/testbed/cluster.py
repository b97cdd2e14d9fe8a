"""A bed as others see it: bring it up, take it down, stop and start its parts, talk to it."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

from testbed import addons, components, images, processes, requirements
from testbed.build import binaries, binary, cache_lock
from testbed.certificates import kubeconfig
from testbed.components import Credentials
from testbed.errors import BedError
from testbed.images import Image
from testbed.layout import DEFAULT, Layout
from testbed.machine import Machine
from testbed.parts import ALWAYS

READY_SECONDS = 120
STOP_SECONDS = 30
OWN_IMAGES = ("pause", "base", "coredns")
ADDONS = ("local-path-provisioner", "kwok")
_LOG_LINES = 15


class Cluster:
    def __init__(self, layout: Layout = DEFAULT) -> None:
        self.layout = layout
        self.machine = Machine(layout)

    @property
    def kubeconfig(self) -> Path:
        return self.layout.kubeconfig

    @property
    def node_address(self) -> str:
        return self.layout.node_address

    @property
    def host_address(self) -> str:
        return self.layout.host_address

    @property
    def is_up(self) -> bool:
        return all(self.machine.process(name) for name in components.NAMES)

    def up(self, kwok_nodes: int = 0) -> None:
        """Start what does not run. A bed whose namespaces are gone is made anew."""
        requirements.need_root()
        with cache_lock(self.layout.name):
            requirements.install_packages()
            binaries(ALWAYS)
            own = {name: images.named(name) for name in OWN_IMAGES}
            if self.machine.holder is None or not self.kubeconfig.exists():
                self._boot(own["pause"])
            self._start_all(own)
            if kwok_nodes:
                self.add_fake_nodes(kwok_nodes)

    def reboot(self) -> None:
        """Cut the node's power and start it again; return when its kubelet has told of it.

        With it go the control plane, all containers, their networks and what they had mounted.
        """
        with cache_lock(self.layout.name):
            added = [name for name in ADDONS if self.machine.process(name)]
            self.machine.halt()
            self.machine.boot(lambda: None)
            self._start_all({name: images.named(name) for name in OWN_IMAGES})
            for name in added:
                self._launch(name)
            told = f"--for=jsonpath={{.status.nodeInfo.bootID}}={self.machine.boot_id}"
            self.kubectl("wait", f"node/{self.layout.name}", told, f"--timeout={READY_SECONDS}s")

    def down(self) -> None:
        requirements.need_root()
        with cache_lock(self.layout.name):
            self.machine.remove()

    def start(self, component: str) -> None:
        """Return when the component answers (the API server, containerd) or has been started."""
        with self._one_by_one(component):
            self._launch(component)
            self._until_ready(component)

    def stop(self, component: str) -> None:
        with self._one_by_one(component):
            self._stop(component)

    def restart(self, component: str) -> None:
        with self._one_by_one(component):
            self._stop(component)
            self._launch(component)
            self._until_ready(component)

    def kubectl(self, *arguments: str, stdin: str | None = None) -> str:
        done = self._kubectl(*arguments, stdin=stdin)
        if done.returncode != 0:
            raise BedError(f"`kubectl {' '.join(arguments)}` failed: {done.stderr.strip()}")
        return done.stdout

    def load(self, image: Image) -> None:
        """Give the node an image, by its version and by its digest."""
        present = self._ctr("images", "list", "--quiet").split()
        if image.by_digest not in present or image.reference not in present:
            self._ctr("images", "import", str(image.archive))

    def forget(self, reference: str) -> None:
        """Take the name of an image from the node; what other names hold stays."""
        self._ctr("images", "remove", reference)

    def image(self, name: str) -> Image:
        """Build an image of the bed's own and give it to the node."""
        image = images.named(name)
        self.load(image)
        return image

    def add_fake_nodes(self, count: int) -> None:
        self._launch("kwok")
        addons.apply_fake_nodes(self.kubectl, count)
        selector = f"--selector={addons.FAKE_LABEL}=fake"
        self.kubectl("wait", "nodes", selector, "--for=condition=Ready", "--timeout=120s")

    def remove_fake_nodes(self) -> None:
        self.kubectl("delete", "nodes", f"--selector={addons.FAKE_LABEL}=fake")

    def client_kubeconfig(
        self, path: Path, user: str, groups: tuple[str, ...] = (), lifetime: timedelta | None = None
    ) -> Path:
        """A kubeconfig of another user; with a negative lifetime its certificate is over."""
        authority = Credentials(self.layout).authority
        lasts = {} if lifetime is None else {"lifetime": lifetime}
        client = authority.client(f"client-{path.stem}", user, groups, **lasts)
        return kubeconfig(path, self.layout.api_url, authority.pair.certificate, client=client)

    def status(self) -> dict[str, str]:
        found = {}
        for name in ("machine", *components.NAMES, *ADDONS):
            process = self.machine.process(name)
            found[name] = f"runs as {process.pid}" if process else "does not run"
        return found

    def _start_all(self, own: dict[str, Image]) -> None:
        for name in ("etcd", "containerd", "kube-apiserver"):
            self._launch(name)
        self._until_ready("containerd")
        for image in own.values():
            self.load(image)
        self._until_ready("kube-apiserver")
        for name in components.NAMES:
            self._launch(name)
        self._add(own)

    def _boot(self, pause: Image) -> None:
        self.machine.remove()
        self.machine.boot(lambda: self._write(pause))

    def _write(self, pause: Image) -> None:
        Credentials(self.layout).make()
        components.write_configuration(self.layout, pause.reference)

    def _add(self, own: dict[str, Image]) -> None:
        addons.apply_names(self.kubectl, self.layout, own["coredns"])
        addons.apply_storage(self.kubectl, self.layout, own["base"])
        self._launch("local-path-provisioner")
        node, timeout = f"node/{self.layout.name}", f"--timeout={READY_SECONDS}s"
        self.kubectl("wait", node, "--for=create", timeout)
        self.kubectl("wait", node, "--for=condition=Ready", timeout)
        names = "deployment/coredns"
        self.kubectl("-n", "kube-system", "rollout", "status", names, timeout)

    def _launch(self, name: str) -> None:
        self.machine.start(name, self._command(name))

    def _command(self, name: str) -> list[str]:
        if name == "kwok":
            return [str(binary(name)), *addons.kwok_flags(self.layout)]
        if name == "local-path-provisioner":
            flags = addons.storage_flags(self.layout, images.named("base"))
            return [str(binary(name)), *flags]
        return components.command(self.layout, name)

    def _until_ready(self, name: str) -> None:
        checks: dict[str, Callable[[], bool]] = {
            "kube-apiserver": lambda: self._kubectl("get", "--raw", "/readyz").returncode == 0,
            "containerd": lambda: self._ctr_run("version").returncode == 0,
        }
        deadline = time.monotonic() + READY_SECONDS
        while True:
            # Asked in this order: another one that holds the port would answer in its place.
            answers = name not in checks or checks[name]()
            ended = self.machine.process(name) is None
            if answers and not ended:
                return
            if ended or time.monotonic() > deadline:
                what = "ended" if ended else f"is not ready after {READY_SECONDS} s"
                raise BedError(f"{name} {what}. Its last lines:\n{self._log(name)}")
            time.sleep(processes.POLL_SECONDS)

    def _log(self, name: str) -> str:
        path = self.layout.logs / f"{name}.log"
        return "\n".join(path.read_text(errors="replace").splitlines()[-_LOG_LINES:])

    def _kubectl(
        self, *arguments: str, stdin: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        flags = [f"--kubeconfig={self.kubeconfig}", f"--cache-dir={self.layout.state}/discovery"]
        command = [str(binary("kubectl")), *flags, *arguments]
        return subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)

    def _ctr(self, *arguments: str) -> str:
        done = self._ctr_run(*arguments)
        if done.returncode != 0:
            raise BedError(f"`ctr {' '.join(arguments)}` failed: {done.stderr.strip()}")
        return done.stdout

    def _ctr_run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        socket = f"--address={self.layout.containerd_socket}"
        command = [requirements.program("ctr"), socket, "--namespace=k8s.io", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def _stop(self, component: str) -> None:
        process = self.machine.process(component)
        if process is not None:
            process.stop(STOP_SECONDS)

    def _one_by_one(self, component: str) -> AbstractContextManager[None]:
        """Two runs that restart one program at once would each see it end under their hands."""
        known = (*components.NAMES, *ADDONS)
        if component not in known:
            cure = f"Those are: {', '.join(known)}"
            raise BedError(f"{component} is no part of the test bed.", cure)
        return cache_lock(self.layout.name)
