"""The independent verifier against published vectors: RFC 8032, section 7.1, and the tree of eight
leaves of the Certificate Transparency project's tests (RFC 6962)."""

import ed25519
import pytest
import verify_ledger

SIGNATURES = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf"
        "9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f"
        "11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984"
        "dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]

LEAVES = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
A = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
B = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
C = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
D = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
E = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
F = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
INCLUSION = [
    (0, 1, []),
    (0, 8, [A, B, C]),
    (5, 8, [D, E, ROOTS[4]]),
    (2, 3, [ROOTS[2]]),
    (1, 5, [ROOTS[1], B, D]),
]
CONSISTENCY = [
    (1, 1, []),
    (1, 8, [A, B, C]),
    (6, 8, [F, E, ROOTS[4]]),
    (2, 5, [B, D]),
]


def unhex(texts):
    return [bytes.fromhex(text) for text in texts]


LEAF_HASHES = [verify_ledger.leaf_hash(data) for data in unhex(LEAVES)]


@pytest.mark.parametrize("key, message, signature", SIGNATURES)
def test_rfc_8032(key, message, signature):
    key, message, signature = unhex([key, message, signature])
    assert ed25519.verify(key, message, signature)
    assert not ed25519.verify(key, message + b"x", signature)
    for position in (0, 31, 32, 63):
        changed = bytearray(signature)
        changed[position] ^= 1
        assert not ed25519.verify(key, message, bytes(changed))


def test_published_roots():
    tree = verify_ledger.Frontier()
    for size, root in enumerate(unhex(ROOTS)):
        assert verify_ledger.tree_root(LEAF_HASHES[:size]) == root
        assert tree.root() == root
        if size < 8:
            tree.append(LEAF_HASHES[size])


@pytest.mark.parametrize("index, size, proof", INCLUSION)
def test_published_inclusion_proofs(index, size, proof):
    found = verify_ledger.root_from_inclusion(index, size, LEAF_HASHES[index], unhex(proof))
    assert found.hex() == ROOTS[size]
    wrong = verify_ledger.root_from_inclusion(index, size, LEAF_HASHES[7 - index], unhex(proof))
    assert wrong.hex() != ROOTS[size]


@pytest.mark.parametrize("size1, size2, proof", CONSISTENCY)
def test_published_consistency_proofs(size1, size2, proof):
    root1, root2, other = unhex([ROOTS[size1], ROOTS[size2], A])
    assert verify_ledger.is_consistent(size1, size2, root1, root2, unhex(proof))
    assert not verify_ledger.is_consistent(size1, size2, other, root2, unhex(proof))
    assert not verify_ledger.is_consistent(size1, size2, root1, other, unhex(proof))
