"""Takes binary files and folders apart, with the checks of FORMAT.md section 1."""
import hashlib
import json
import os
import struct

import numpy as np


class BadBundle(ValueError):
    """The folder is no bundle of a version that this package reads, or it is damaged."""


class Bytes:
    """Takes little-endian fields from the front of a byte string."""

    def __init__(self, data, magic):
        self.data, self.at = data, len(magic)
        if data[: len(magic)] != magic:
            raise BadBundle("begins with %r, not %r" % (data[: len(magic)], magic))

    def take(self, form):
        try:
            values = struct.unpack_from("<" + form, self.data, self.at)
        except struct.error as e:
            raise BadBundle("a file ends too early") from e
        self.at += struct.calcsize("<" + form)
        return values

    def u8(self):
        return self.take("B")[0]

    def u32(self):
        return self.take("I")[0]

    def f64(self):
        return self.take("d")[0]

    def floats(self, *shape):
        return self.array("<f8", *shape).astype(float)

    def array(self, kind, *shape):
        n = int(np.prod(shape, dtype=np.int64))
        size = n * np.dtype(kind).itemsize
        if self.at + size > len(self.data):
            raise BadBundle("a file ends too early")
        out = np.frombuffer(self.data, kind, n, self.at).reshape(shape)
        self.at += size
        return out

    def raw(self, n):
        if self.at + n > len(self.data):
            raise BadBundle("a file ends too early")
        self.at += n
        return self.data[self.at - n : self.at]


def read_folder(folder):
    """Returns the manifest and the content of every listed file, all checksums held."""

    def content(name):
        if os.path.basename(name) != name or name.startswith("."):
            raise BadBundle("bad file name %r" % name)
        try:
            with open(os.path.join(folder, name), "rb") as f:
                return f.read()
        except OSError as e:
            raise BadBundle("%s: %s" % (folder, e)) from e

    raw = content("manifest.json")
    try:
        manifest = json.loads(raw)
        if manifest["format"] != "eahas-surrogate":
            raise BadBundle("%s is no surrogate bundle" % folder)
        version = manifest["version"]
    except (ValueError, KeyError, TypeError) as e:
        raise BadBundle("%s is no surrogate bundle" % folder) from e
    if version != 1:
        raise BadBundle("format version %r; this package reads version 1" % version)
    if content("manifest.sha256").split()[:1] != [hashlib.sha256(raw).hexdigest().encode()]:
        raise BadBundle("manifest.json does not fit its checksum")
    files = {}
    for f in manifest["files"]:
        data = files[f["name"]] = content(f["name"])
        if len(data) != f["size"] or hashlib.sha256(data).hexdigest() != f["sha256"]:
            raise BadBundle("%s does not fit its checksum" % f["name"])
    return manifest, files
