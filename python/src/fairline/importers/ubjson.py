"""A reader of Universal Binary JSON (draft 12), in which XGBoost keeps its models: typed values,
big endian, arrays and objects optionally with a count and a type in front. Written here because the
readers on PyPI are no longer kept or read a dialect; it needs nothing but the bytes."""

import struct

import numpy as np

from .refusal import UnsupportedModel

_NUMBERS = {b"i": "b", b"U": "B", b"I": ">h", b"l": ">i", b"L": ">q", b"d": ">f", b"D": ">d"}
_CONSTANTS = {b"Z": None, b"T": True, b"F": False}
_DEPTH = 64


def parse_ubjson(data):
    """The value that `data` (bytes) holds: dict, list, numpy array (of numbers of one type), str,
    int, float, bool or None. UnsupportedModel, telling the place, where the bytes are damaged."""
    reader = _Reader(data)
    try:
        value = reader.value(reader.marker(), 0)
    except UnicodeDecodeError as error:
        raise reader.fault("a text that is not UTF-8") from error
    if data[reader.place :].strip(b"N"):
        raise reader.fault("something after the end")
    return value


class _Reader:
    def __init__(self, data):
        self.data = data
        self.place = 0

    def fault(self, what):
        return UnsupportedModel(f"UBJSON file: {what} at byte {self.place}; the file is damaged")

    def take(self, count):
        end = self.place + count
        if count < 0 or end > len(self.data):
            raise self.fault(f"{count} bytes are announced, {len(self.data) - self.place} are left")
        taken = self.data[self.place : end]
        self.place = end
        return taken

    def marker(self):
        found = b"N"  # "no operation", to be skipped
        while found == b"N":
            found = self.take(1)
        return found

    def take_if(self, marker):
        if self.data[self.place : self.place + 1] != marker:
            return False
        self.place += 1
        return True

    def number(self, marker):
        form = _NUMBERS[marker]
        return struct.unpack(form, self.take(struct.calcsize(form)))[0]

    def length(self):
        marker = self.marker()
        if marker not in _NUMBERS or marker in b"dD":
            raise self.fault("a length that is no whole number")
        return self.number(marker)

    def text(self):
        return self.take(self.length()).decode()

    def value(self, marker, depth):
        if depth > _DEPTH:
            raise self.fault(f"nesting deeper than {_DEPTH}")
        if marker in _NUMBERS:
            return self.number(marker)
        if marker in _CONSTANTS:
            return _CONSTANTS[marker]
        if marker == b"S" or marker == b"H":
            return self.text()
        if marker == b"C":
            return self.take(1).decode()
        if marker == b"[":
            return self.array(depth)
        if marker == b"{":
            return self.object(depth)
        raise self.fault(f"the unknown type {marker!r}")

    def head(self):
        """(type, count) of the values of an array or object; None where it is not announced."""
        kind = self.take(1) if self.take_if(b"$") else None
        count = self.length() if self.take_if(b"#") else None
        if kind and count is None:
            raise self.fault("a type without a count")
        return kind, count

    def array(self, depth):
        kind, count = self.head()
        if kind in _NUMBERS:
            form = np.dtype(_NUMBERS[kind])
            return np.frombuffer(self.take(count * form.itemsize), form)
        if kind in _CONSTANTS:
            raise self.fault("an array of values without bytes")  # its count may be any
        values = []
        while self.more(b"]", count, len(values)):
            values.append(self.value(kind or self.marker(), depth + 1))
        return values

    def object(self, depth):
        kind, count = self.head()
        values = {}
        while self.more(b"}", count, len(values)):
            name = self.text()
            if name in values:
                raise self.fault(f'"{name[:40]}" for the second time')
            values[name] = self.value(kind or self.marker(), depth + 1)
        return values

    def more(self, end, count, given):
        if count is not None:
            return given < count
        while self.take_if(b"N"):
            pass
        return not self.take_if(end)
