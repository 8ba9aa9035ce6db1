"""Builds the library with Go and a C compiler, and a wheel for every Python 3 of the platform.

CC, GOOS and GOARCH choose another compiler and platform, EAHAS_PLATFORM its name for wheels ("macosx_11_0_arm64")."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import sysconfig

from setuptools import Distribution, setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_py import build_py

HERE = pathlib.Path(__file__).parent.resolve()
NAMES = {"windows": "eahas.dll", "darwin": "libeahas.dylib"}


def platform(library: pathlib.Path) -> str:
    """The platform of a wheel: of Linux the oldest glibc that has all symbols that the library asks for (PEP 600)."""
    named = os.environ.get("EAHAS_PLATFORM")
    if named:
        return named
    name = sysconfig.get_platform().replace("-", "_").replace(".", "_")
    if not name.startswith("linux"):
        return name
    needed = max([int(v) for v in re.findall(rb"GLIBC_2\.(\d+)", library.read_bytes())] + [17])
    return "manylinux_2_%d_%s" % (needed, name.split("_", 1)[1])


class Build(build_py):
    def run(self) -> None:
        super().run()
        if not shutil.which("go"):
            sys.exit("eahas-core is built with Go, which is not on the PATH: https://go.dev/dl")
        goos = subprocess.run(
            ["go", "env", "GOOS"], check=True, capture_output=True, text=True, cwd=HERE
        ).stdout.strip()
        out = pathlib.Path(self.build_lib, "eahas_core").resolve()
        out.mkdir(parents=True, exist_ok=True)
        library = out / NAMES.get(goos, "libeahas.so")
        subprocess.run(
            ["go", "build", "-buildmode=c-shared", "-buildvcs=false", "-trimpath", "-ldflags=-s -w", "-o",
                str(library), "."],
            check=True, cwd=HERE, env={**os.environ, "CGO_ENABLED": "1"})
        library.with_suffix(".h").unlink(missing_ok=True)


class Wheel(bdist_wheel):
    def get_tag(self) -> "tuple[str, str, str]":
        built = pathlib.Path(self.get_finalized_command("build").build_lib, "eahas_core")
        [library] = [p for p in built.iterdir() if p.suffix in (".so", ".dylib", ".dll")]
        return "py3", "none", platform(library)


class OfPlatform(Distribution):
    def has_ext_modules(self) -> bool:  # so that the wheel is not taken for one of every platform
        return True


setup(cmdclass={"build_py": Build, "bdist_wheel": Wheel}, distclass=OfPlatform)
