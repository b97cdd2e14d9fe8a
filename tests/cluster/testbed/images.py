"""Images without a registry: built by buildah, kept as archives named after their inputs."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from testbed import base, wheels
from testbed.build import binaries, cache_lock
from testbed.errors import BedError
from testbed.layout import CACHE, MARIADB, STAND_IN
from testbed.parts import PARTS
from testbed.requirements import program

REGISTRY = "localhost/stratum"
BASE_VERSION = PAUSE_VERSION = STAND_IN_VERSION = "1"
# Image → the Go parts inside; the first one is what it runs.
OF_PARTS = {
    "alertmanager": ("alertmanager", "amtool"),
    "cert-manager-cainjector": ("cert-manager-cainjector",),
    "cert-manager-controller": ("cert-manager-controller",),
    "cert-manager-webhook": ("cert-manager-webhook",),
    "coredns": ("coredns",),
    "kwok": ("kwok",),
    "local-path-provisioner": ("local-path-provisioner",),
    "loki": ("loki",),
    "metrics-server": ("metrics-server",),
    "minio": ("minio",),
    "node-exporter": ("node_exporter",),
    "prometheus": ("prometheus", "promtool"),
    "traefik": ("traefik",),
}
# Image → the version of Debian's packages inside: the newest, and the one before it.
MARIADBS = {"mariadb": "10.11.19", "mariadb-before": "10.11.18"}


@dataclass(frozen=True)
class Image:
    """An image in an archive of the cache. `digest` is its manifest's, as in `name@sha256:…`."""

    name: str
    version: str
    archive: Path

    @property
    def reference(self) -> str:
        return f"{REGISTRY}/{self.name}:{self.version}"

    @property
    def digest(self) -> str:
        return self.archive.with_suffix(".digest").read_text()

    @property
    def by_digest(self) -> str:
        return f"{REGISTRY}/{self.name}@{self.digest}"


def named(name: str) -> Image:
    """An image that the bed itself knows how to make."""
    if name == "base":
        return base_image()
    if name == "pause":
        return _of_parts(name, ("pause",), "FROM scratch", PAUSE_VERSION)
    if name in OF_PARTS:
        parts = OF_PARTS[name]
        return _of_parts(name, parts, "ARG BASE\nFROM ${BASE}", PARTS[parts[0]].release)
    if name in wheels.OF_WHEELS:
        return from_binary(name, wheels.program(name), wheels.version(name))
    if name in MARIADBS:
        version = MARIADBS[name]
        return build(name, MARIADB, MARIADB / "Dockerfile", {"VERSION": version}, version)
    if name == "stand-in" or name.startswith("stand-in-"):
        return _stand_in(name)
    own = ("base", "pause", "stand-in", *OF_PARTS, *wheels.OF_WHEELS, *MARIADBS)
    known = ", ".join(sorted(own))
    raise BedError(f"The test bed has no image {name}.", f"It has: {known}")


def build(
    name: str,
    context: Path,
    dockerfile: Path,
    build_args: Mapping[str, str] | None = None,
    version: str = "1",
) -> Image:
    """Build a Dockerfile; its argument BASE names the base image. Equal inputs build once."""
    arguments = {"BASE": _stored_name(), **(build_args or {})}
    digest = _digest(name, version, context, dockerfile, arguments)
    image = _image(name, version, digest)
    if not image.archive.exists():
        with cache_lock("images"):
            if not image.archive.exists():
                _keep_base()
                _build(image, context, dockerfile, arguments)
    return image


def from_binary(name: str, binary: Path, version: str = "1") -> Image:
    """The base image with one more program, run by a user without rights."""
    return _from_binaries(name, {name: binary}, "ARG BASE\nFROM ${BASE}", version)


def base_image() -> Image:
    image = _image("base", BASE_VERSION, base.digest())
    if not image.archive.exists():
        with cache_lock("images"):
            _keep_base()
    return image


def _of_parts(name: str, parts: tuple[str, ...], start: str, version: str) -> Image:
    return _from_binaries(name, binaries(parts), start, version)


def _stand_in(name: str) -> Image:
    """Programs that cannot be had here; `stand-in-NAME` runs NAME where a pod has no command."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        context = Path(folder) / "context"
        context.mkdir()
        for script in STAND_IN.glob("*.py"):
            shutil.copy(script, context)
        program_name = name.removeprefix("stand-in").removeprefix("-")
        arguments = {"PROGRAM": program_name}
        return build(name, context, STAND_IN / "Dockerfile", arguments, STAND_IN_VERSION)


def _from_binaries(name: str, files: Mapping[str, Path], start: str, version: str) -> Image:
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        context = Path(folder) / "context"
        context.mkdir()
        for file, path in files.items():
            _copy(path, context / file)
        first, user = next(iter(files)), base.USER[1]
        dockerfile = Path(folder) / "Dockerfile"
        dockerfile.write_text(
            f"{start}\nCOPY * /usr/local/bin/\nUSER {user}:{user}\n"
            f'ENTRYPOINT ["/usr/local/bin/{first}"]\n'
        )
        return build(name, context, dockerfile, version=version)


def _copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _stored_name() -> str:
    """The base image's name in buildah's store; it changes with what the base is made of."""
    return f"{REGISTRY}/base:{BASE_VERSION}-{base.digest()}"


def _keep_base() -> None:
    """Have the base image in buildah's store and in an archive."""
    image = _image("base", BASE_VERSION, base.digest())
    stored = _buildah("images", "--quiet", "--filter", f"reference={_stored_name()}").strip()
    if stored and image.archive.exists():
        return
    root = base.tarball()
    dockerfile = root.with_suffix(".Dockerfile")
    dockerfile.write_text(f'FROM scratch\nADD {root.name} /\nCMD ["/bin/sh"]\n')
    _build(image, root.parent, dockerfile, {}, keep_as=_stored_name())


def _build(
    image: Image,
    context: Path,
    dockerfile: Path,
    arguments: Mapping[str, str],
    keep_as: str = "",
) -> None:
    print(f"building the image {image.reference}", flush=True)
    started = time.monotonic()
    stored = keep_as or f"{image.reference}-building"
    values = [f"--build-arg={name}={value}" for name, value in arguments.items()]
    _buildah(
        "build",
        *("--format=oci", "--layers=false", "--pull=never", f"--tag={stored}"),
        *(f"--file={dockerfile}", *values, str(context)),
    )
    image.archive.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        _buildah("push", "--quiet", "--disable-compression", stored, f"oci:{folder}:{image.name}")
        _archive(Path(folder), image)
    if not keep_as:
        _buildah("rmi", "--force", stored)
    print(f"built the image {image.reference} in {time.monotonic() - started:.0f} s", flush=True)


def _archive(folder: Path, image: Image) -> None:
    """Name the image twice in the archive's index: by version and by digest."""
    index = json.loads((folder / "index.json").read_text())
    (manifest,) = index["manifests"]
    digest = manifest["digest"]
    image.archive.with_suffix(".digest").write_text(digest)
    index["manifests"] = [
        {**manifest, "annotations": {"io.containerd.image.name": name}}
        for name in (image.reference, image.by_digest)
    ]
    (folder / "index.json").write_text(json.dumps(index))
    unfinished = image.archive.with_suffix(".unfinished")
    with tarfile.open(unfinished, "w") as archive:
        for path in sorted(folder.iterdir()):
            archive.add(path, path.name)
    unfinished.rename(image.archive)


def _image(name: str, version: str, digest: str) -> Image:
    return Image(name, version, CACHE / "images" / f"{name}-{version}-{digest}.tar")


def _digest(
    name: str, version: str, context: Path, dockerfile: Path, arguments: Mapping[str, str]
) -> str:
    digest = hashlib.sha256(repr((name, version, sorted(arguments.items()))).encode())
    digest.update(dockerfile.read_bytes())
    for path in sorted(context.rglob("*")):
        if path.is_file():
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            mode = path.stat().st_mode & 0o777
            digest.update(f"{path.relative_to(context)} {mode:o} {content}\n".encode())
    return digest.hexdigest()[:12]


def _buildah(*arguments: str) -> str:
    """In a mount namespace of its own, so that nothing stays mounted if it is killed."""
    store = [f"--root={CACHE}/buildah", f"--runroot={CACHE}/buildah-run", "--storage-driver=vfs"]
    environment = {**os.environ, "BUILDAH_ISOLATION": "chroot"}
    done = subprocess.run(
        ["nice", "unshare", "--mount", program("buildah"), *store, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-20:])
        raise BedError(f"`buildah {' '.join(arguments)}` failed:\n{said}")
    return done.stdout
