"""Reads a bundle's files from its folder or its packed archive, with the checks of FORMAT.md section 1."""
from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import tarfile
from collections.abc import Callable
from typing import Any

from .errors import BundleError

MOST_MANIFEST, MOST_FILE, MOST_BUNDLE, MOST_FILES = 64 << 20, 2 << 30, 4 << 30, 1024
PLAIN = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}")
MANIFEST, SUM = "manifest.json", "manifest.sha256"

Reader = Callable[[str, int], bytes]  # name and most bytes to content


def plain(name: Any) -> str:
    if not isinstance(name, str) or not PLAIN.fullmatch(name) or name in (MANIFEST, SUM):
        raise BundleError("%r cannot be the name of a file in a bundle" % (name,))
    return name


def folder_reader(path: str) -> Reader:
    """Reads plain files of a folder; links, pipes and devices are refused."""

    def content(name: str, most: int) -> bytes:
        full = os.path.join(path, name)
        try:
            if not stat.S_ISREG(os.lstat(full).st_mode):
                raise BundleError("%s is not a plain file" % full)
            handle = os.open(
                full,
                os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0),
            )
            with open(handle, "rb") as f:
                if not stat.S_ISREG(os.fstat(handle).st_mode):
                    raise BundleError("%s is not a plain file" % full)
                data = f.read(most + 1)
        except OSError as e:
            raise BundleError("%s: %s" % (path, e)) from e
        if len(data) > most:
            raise BundleError("%s has more than %d bytes" % (full, most))
        return data

    return content


def archive_reader(path: str) -> Reader:
    """Reads the files of what `eahas pack` wrote: a plain tar of regular files. Nothing is unpacked to disk."""
    found: dict[str, bytes] = {}
    total = 0
    try:
        with tarfile.open(path, "r:") as t:
            for m in t:
                if not m.isreg() or not PLAIN.fullmatch(m.name) or m.name in found or m.issparse() or m.pax_headers:
                    raise BundleError("%s: the entry %r does not belong into a bundle" % (path, m.name))
                total += m.size
                if not 0 <= m.size <= MOST_FILE or total > MOST_BUNDLE or len(found) >= MOST_FILES + 2:
                    raise BundleError("%s: too large" % path)
                f = t.extractfile(m)
                data = f.read() if f else b""
                if len(data) != m.size:
                    raise BundleError("%s: ends inside of %s" % (path, m.name))
                found[m.name] = data
    except (OSError, tarfile.TarError, EOFError, ValueError) as e:
        if isinstance(e, BundleError):
            raise
        raise BundleError("%s is neither a bundle's folder nor a packed one: %s" % (path, e)) from e

    def content(name: str, most: int) -> bytes:
        if name not in found or len(found[name]) > most:
            raise BundleError("%s: %s is missing or too large" % (path, name))
        return found[name]

    return content


def read_bundle(path: str) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Returns the manifest and the content of every file that it uses; all listed files fit their checksums."""
    read = folder_reader(path) if os.path.isdir(path) else archive_reader(path)
    raw = read(MANIFEST, MOST_MANIFEST)
    manifest = _manifest(path, raw)
    if read(SUM, 1024).split()[:1] != [hashlib.sha256(raw).hexdigest().encode()]:
        raise BundleError("%s: manifest.json does not fit its checksum" % path)
    return manifest, _files(path, manifest, read)


def _manifest(path: str, raw: bytes) -> dict[str, Any]:
    try:
        manifest = json.loads(raw)
    except (ValueError, RecursionError) as e:
        raise BundleError("%s is no surrogate bundle: manifest.json: %s" % (path, e)) from e
    if not isinstance(manifest, dict) or manifest.get("format") != "eahas-surrogate":
        raise BundleError("%s is no surrogate bundle" % path)
    version = manifest.get("version")
    if version not in (1, 2, 3, 4) or isinstance(version, bool):
        raise BundleError("%s: format version %r; this package reads versions 1 to 4" % (path, version))
    space = manifest.get("space") or {}
    new = manifest.get("targets") or space.get("known")
    graphs = any(isinstance(p, dict) and p.get("kind") == "graph" for p in space.get("params") or [])
    first = any(isinstance(d, dict) and d.get("known") == "predict" for d in manifest.get("targets") or [])
    if version != (4 if first else 3 if graphs else 2 if new else 1):
        raise BundleError(
            "%s: format version %r %s targets of its own or known quantities, %s graphs, "
            "%s targets that are predicted first" % (
                path, version, "with" if new else "without", "with" if graphs else "without",
                "with" if first else "without"))
    return manifest


def _files(path: str, manifest: dict[str, Any], read: Reader) -> dict[str, bytes]:
    used = {manifest["golden"]["file"], manifest.get("support") or ""}
    for h in manifest["heads"]:
        used |= {h["predictor_file"], h.get("representation_file") or ""}
    used |= {t["file"] for t in manifest.get("intervals") or []}
    used |= {t["file"] for t in (manifest.get("unseen") or {}).get("intervals") or []}
    used.discard("")
    entries = manifest["files"]
    names = [plain(f["name"]) for f in entries]
    if len(names) > MOST_FILES or sorted(set(names)) != names:
        raise BundleError("%s: the list of files is too long, unsorted or names one twice" % path)
    sizes = [f["size"] for f in entries]
    if any(not isinstance(s, int) or not 0 <= s <= MOST_FILE for s in sizes) or sum(sizes) > MOST_BUNDLE:
        raise BundleError("%s: the files claim too many bytes" % path)
    files: dict[str, bytes] = {}
    for f in entries:
        data = read(f["name"], f["size"])
        if len(data) != f["size"] or hashlib.sha256(data).hexdigest() != f["sha256"]:
            raise BundleError("%s: %s does not fit its checksum" % (path, f["name"]))
        if f["name"] in used:
            files[f["name"]] = data
    if used - files.keys():
        raise BundleError("%s uses %s, which its list of files lacks" % (path, sorted(used - files.keys())))
    return files
