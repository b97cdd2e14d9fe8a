"""An image with one more layer, put together without building: the archive of another and a tar."""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from testbed.images import Image
from testbed.layout import CACHE

LAYER = "application/vnd.oci.image.layer.v1.tar"
Descriptor = dict[str, Any]


def with_layer(
    below: Image,
    name: str,
    files: Mapping[str, bytes],
    links: Mapping[str, str],
    config: Descriptor,
) -> Image:
    """The image `below` with programs on top, by path; `config` goes over how it is run."""
    layer = _tar(files, links)
    key = hashlib.sha256(below.digest.encode() + layer + json.dumps(config).encode()).hexdigest()
    image = Image(name, "1", CACHE / "images" / f"{name}-1-{key[:12]}.tar")
    if not image.archive.exists():
        _write(below, image, layer, config)
    return image


def _write(below: Image, image: Image, layer: bytes, config: Descriptor) -> None:
    unfinished = image.archive.with_suffix(f".{os.getpid()}")
    with tarfile.open(below.archive) as source, tarfile.open(unfinished, "w") as target:
        lower = json.loads(_read(source, _blob(below.digest)))
        described = json.loads(_read(source, _blob(lower["config"]["digest"])))
        described["rootfs"]["diff_ids"].append(_digest(layer))
        described.get("history", []).append({"created_by": image.name})
        described["config"] |= config
        blobs = [layer, json.dumps(described).encode()]
        manifest = {
            **lower,
            "config": {**lower["config"], **_of(blobs[1])},
            "layers": [*lower["layers"], {"mediaType": LAYER, **_of(layer)}],
        }
        blobs.append(json.dumps(manifest).encode())
        for member in source.getmembers():
            if member.name != "index.json" and member.isfile():
                target.addfile(member, source.extractfile(member))
        for blob in blobs:
            _add(target, _blob(_digest(blob)), blob)
        top = _of(blobs[2])
        image.archive.with_suffix(".digest").write_text(top["digest"])
        _add(target, "index.json", _index(image, {"mediaType": lower["mediaType"], **top}))
    unfinished.rename(image.archive)


def _index(image: Image, manifest: Descriptor) -> bytes:
    """The image's two names, as the bed gives every image."""
    named = [
        {**manifest, "annotations": {"io.containerd.image.name": name}}
        for name in (image.reference, image.by_digest)
    ]
    return json.dumps({"schemaVersion": 2, "manifests": named}).encode()


def _tar(files: Mapping[str, bytes], links: Mapping[str, str]) -> bytes:
    """With the same bytes for the same content."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as archive:
        for path in sorted(files):
            _add(archive, path, files[path], mode=0o755)
        for path in sorted(links):
            link = tarfile.TarInfo(path)
            link.type, link.linkname = tarfile.SYMTYPE, links[path]
            archive.addfile(link)
    return written.getvalue()


def _add(archive: tarfile.TarFile, path: str, content: bytes, mode: int = 0o644) -> None:
    member = tarfile.TarInfo(path)
    member.size, member.mode = len(content), mode
    archive.addfile(member, io.BytesIO(content))


def _read(archive: tarfile.TarFile, path: str) -> bytes:
    found = archive.extractfile(path)
    assert found is not None, path
    return found.read()


def _of(blob: bytes) -> Descriptor:
    return {"digest": _digest(blob), "size": len(blob)}


def _digest(blob: bytes) -> str:
    return f"sha256:{hashlib.sha256(blob).hexdigest()}"


def _blob(digest: str) -> str:
    return str(Path("blobs") / digest.replace(":", "/"))
