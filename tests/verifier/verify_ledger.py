"""Verifies a Fairline audit ledger without Fairline: from what `fairline audit export` and `fairline
audit prove` write and from the description in docs/internals/ledger.md, in plain Python.

    python verify_ledger.py ledger.pub ledger.jsonl [kept_checkpoint.txt …]
    python verify_ledger.py ledger.pub event.proof [kept_checkpoint.txt …]

Prints what is not as it was, a line each; exit code 0 when nothing is, else 1.
"""

import base64
import binascii
import hashlib
import json
import sys

import ed25519


def sha256(data):
    return hashlib.sha256(data).digest()


# --- The tree: RFC 6962, section 2.1, and its checks as RFC 9162, section 2.1, words them.


def leaf_hash(data):
    return sha256(b"\0" + data)


def node_hash(left, right):
    return sha256(b"\1" + left + right)


def tree_root(leaves):
    """MTH, by its definition."""
    if not leaves:
        return sha256(b"")
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(tree_root(leaves[:split]), tree_root(leaves[split:]))


def root_from_inclusion(index, size, leaf, proof):
    """The root that the proof leads to, or None when it has the wrong length."""
    node, last, result = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return None
        if node & 1 or node == last:
            result = node_hash(step, result)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            result = node_hash(result, step)
        node, last = node >> 1, last >> 1
    return result if last == 0 else None


def is_consistent(size1, size2, root1, root2, proof):
    if size1 == size2:
        return not proof and root1 == root2
    if size1 & (size1 - 1) == 0:
        proof = [root1, *proof]
    if not proof:
        return False
    node, last = size1 - 1, size2 - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    first = second = proof[0]
    for step in proof[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            second = node_hash(second, step)
        node, last = node >> 1, last >> 1
    return last == 0 and first == root1 and second == root2


class Frontier:
    """A growing tree as the roots of the perfect trees it falls into, the largest first."""

    def __init__(self, size=0, roots=()):
        self.size = size
        self.roots = list(roots)
        assert len(self.roots) == bin(size).count("1"), "frontier of another size"

    def append(self, leaf):
        merges = self.size
        while merges & 1:
            leaf = node_hash(self.roots.pop(), leaf)
            merges >>= 1
        self.roots.append(leaf)
        self.size += 1

    def root(self):
        if not self.roots:
            return sha256(b"")
        result = self.roots[-1]
        for left in reversed(self.roots[:-1]):
            result = node_hash(left, result)
        return result


# --- Checkpoints: signed notes.


class Bad(Exception):
    """Something is not genuine; the text says what."""


def decode_base64(text):
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise Bad(f"not base64: {text[:20]}") from error


def read_public_key(text):
    """(origin, key) of ORIGIN+HASH+KEY."""
    origin, key_hash, key = text.strip().split("+", 2)
    algorithm_and_key = decode_base64(key)
    expected = sha256(origin.encode() + b"\n" + algorithm_and_key)[:4]
    if algorithm_and_key[0] != 1 or len(algorithm_and_key) != 33 or expected.hex() != key_hash:
        raise Bad("not an Ed25519 public key of a ledger")
    return origin, algorithm_and_key[1:]


def open_checkpoint(note, public_key):
    """(size, root, previous size) of a note the key has signed."""
    origin, key = public_key
    text, blank, signatures = note.partition("\n\n")
    text += "\n"
    if not blank:
        raise Bad("a checkpoint without a signature")
    identity = sha256(origin.encode() + b"\n\1" + key)[:4]
    for line in signatures.splitlines():
        prefix = f"\N{EM DASH} {origin} "
        if not line.startswith(prefix):
            continue
        signature = decode_base64(line[len(prefix) :])
        if signature[:4] != identity:
            continue
        if not ed25519.verify(key, text.encode(), signature[4:]):
            raise Bad("a checkpoint whose signature is wrong")
        lines = text.split("\n")
        if lines[0] != origin or not lines[4].startswith("previous "):
            raise Bad("a checkpoint of another form")
        return int(lines[1]), decode_base64(lines[2]), int(lines[4].removeprefix("previous "))
    raise Bad("a checkpoint that this key has not signed")


# --- Events.


def number(value):
    return (value % 2**64).to_bytes(8, "big")


def commitment_of(event):
    payload = event["payload"]
    data = bytes.fromhex(payload["salt"])
    texts = [event["event_id"]] + [
        payload[name]
        for name in ("timestamp", "user_id", "action", "entity_type", "entity_id", "metadata")
    ]
    for text in texts:
        encoded = text.encode()
        data += number(len(encoded)) + encoded
    return sha256(data)


def leaf_of(event):
    return leaf_hash(
        number(event["writer"])
        + number(event["seq"])
        + event["event_id"].encode()
        + bytes.fromhex(event["commitment"])
    )


# --- A whole export.


class Export:
    def __init__(self, public_key, kept):
        self.public_key = public_key
        self.kept = kept
        self.findings = []  # (index or None, what)
        self.chains = {}  # writer: (next seq, chain)
        self.tree = None
        self.roots = {}  # at the sizes that checkpoints may have
        self.events = self.erased = 0

    def verify(self, lines):
        """The findings of an export given as an iterable of its lines."""
        lines = iter(lines)
        self.begin(json.loads(next(lines)))
        checkpoints = []
        for line in lines:
            entry = json.loads(line)
            if "checkpoint" in entry:
                checkpoints.append(entry["checkpoint"])
            else:
                self.event(entry)
        self.check_checkpoints(checkpoints)
        return self.findings

    def begin(self, head):
        if head["format"] != "fairline-ledger-1":
            raise Bad("not an export of a ledger")
        self.tree_size = head["tree_size"]
        self.first_index = head["first_index"]
        self.tree = Frontier(self.first_index, map(bytes.fromhex, head["frontier"]))
        self.roots[self.tree.size] = self.tree.root()
        for chain in head["chains"]:
            self.chains[chain["writer"]] = chain["next_seq"], bytes.fromhex(chain["chain"])

    def event(self, event):
        self.events += 1
        index, writer = event["index"], event["writer"]
        next_seq, chain = self.chains.get(writer, (0, bytes(32)))
        if event["payload"] is None:
            self.erased += 1
        elif commitment_of(event).hex() != event["commitment"]:
            self.findings.append((index, "its payload is not what was committed"))
        if event["seq"] != next_seq:
            self.findings.append((index, f"number {event['seq']} of its chain, not {next_seq}"))
        leaf = leaf_of(event)
        if sha256(b"\2" + chain + leaf).hex() != event["chain"]:
            self.findings.append((index, "its chain does not fit the event before"))
        self.chains[writer] = event["seq"] + 1, bytes.fromhex(event["chain"])
        if index is None:
            return
        if index != self.tree.size:
            self.findings.append((index, f"index {index} where {self.tree.size} belongs"))
        self.tree.append(leaf)
        self.roots[self.tree.size] = self.tree.root()

    def check_checkpoints(self, notes):
        if self.tree.size != self.tree_size:
            self.findings.append((None, f"{self.tree.size} events, not {self.tree_size}"))
        previous = None
        for note in notes:
            checkpoint = self.check_note(note)
            if checkpoint is None:
                continue
            if previous is not None and checkpoint[2] != previous:
                self.findings.append((None, f"no checkpoint of {checkpoint[2]} events"))
            previous = checkpoint[0]
        for note in self.kept:
            self.check_note(note)

    def check_note(self, note):
        try:
            size, root, previous = open_checkpoint(note, self.public_key)
        except (Bad, ValueError, IndexError) as error:
            self.findings.append((None, str(error)))
            return None
        if size >= self.first_index and self.roots.get(size) != root:
            self.findings.append((None, f"the events are not those of the checkpoint of {size}"))
        return size, root, previous


# --- Proofs.


def split_notes(text):
    """The notes that stand one after another: each ends with its signature lines."""
    notes, current = [], ""
    for line in text.splitlines(keepends=True):
        if "\n\n\N{EM DASH} " in current and not line.startswith("\N{EM DASH} "):
            notes.append(current)
            current = ""
        current += line
    return [*notes, current]


def verify_event_proof(text, public_key):
    """The event that a tlog-proof proves, its index and the size of its tree."""
    head, _, note = text.partition("\n\n")
    first, extra, index, *hashes = head.split("\n")
    if first != "c2sp.org/tlog-proof@v1":
        raise Bad("not a proof")
    event = json.loads(decode_base64(extra.removeprefix("extra ")))
    index = int(index.removeprefix("index "))
    size, root, _ = open_checkpoint(note, public_key)
    if event["payload"] is not None and commitment_of(event).hex() != event["commitment"]:
        raise Bad("the event's payload is not what was committed")
    if root_from_inclusion(index, size, leaf_of(event), [*map(decode_base64, hashes)]) != root:
        raise Bad("the event does not stand under the checkpoint")
    return event, index, size


def verify_growth_proof(text, public_key):
    """(from, to): the sizes between which the ledger only grew."""
    head, _, rest = text.partition("\n\n")
    first, *hashes = head.split("\n")
    if first != "fairline-consistency-proof-1":
        raise Bad("not a proof")
    (size1, root1, _), (size2, root2, _) = (
        open_checkpoint(note, public_key) for note in split_notes(rest)
    )
    if not is_consistent(size1, size2, root1, root2, [*map(decode_base64, hashes)]):
        raise Bad("the later checkpoint is not a continuation of the earlier one")
    return size1, size2


def main(arguments):
    if len(arguments) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    key_file, file, *kept = arguments
    with open(key_file) as key, open(file) as text:
        public_key = read_public_key(key.read())
        first = text.read(1)
        text.seek(0)
        if first == "c":
            event, index, size = verify_event_proof(text.read(), public_key)
            print(f"event {event['event_id']} is at index {index} of {size}")
            return 0
        if first == "f":
            print("grew from {} to {} events".format(*verify_growth_proof(text.read(), public_key)))
            return 0
        notes = [open(name).read() for name in kept]
        export = Export(public_key, notes)
        findings = export.verify(text)
    for index, what in findings:
        print(what if index is None else f"index {index}: {what}")
    print(f"{export.events} events ({export.erased} erased), {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Bad as bad:
        print(bad)
        sys.exit(1)
