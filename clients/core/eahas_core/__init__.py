"""The library that package eahas asks for answers where it is installed."""
import pathlib

_names = {"libeahas.so", "libeahas.dylib", "eahas.dll"}
PATH = str(next(p for p in sorted(pathlib.Path(__file__).parent.iterdir()) if p.name in _names))
