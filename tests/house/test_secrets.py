"""Is no secret drawn weakly, written into the code, or compared in a way that tells of it?"""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "src").rglob("*.py"))
LONG_HEX = re.compile(r"\b(?=[0-9a-fA-F]*[a-fA-F])(?=[0-9a-fA-F]*\d)[0-9a-fA-F]{32,}\b")
LONG_BASE64 = re.compile(r"^(?=.*[A-Z])(?=.*[a-z])(?=.*\d)[A-Za-z0-9+/]{40,}={0,2}$")
PRIVATE_KEY = re.compile("-----BEGIN [A-Z ]*PRIVATE " + "KEY-----")
SECRET = re.compile(r"(^|_)(secret|secrets|mac|password|passphrase|hmac)$")
WEAK_HASHES = {"md5", "sha1"}


def weak_randomness(node):
    """The module whose numbers can be foretold; numpy's generators are for samples."""
    if isinstance(node, ast.Import):
        return any(alias.name.split(".")[0] == "random" for alias in node.names)
    return isinstance(node, ast.ImportFrom) and node.module == "random" and not node.level


def written_secret(node):
    """A text long and mixed enough to be a key."""
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str | bytes):
        return False
    text = node.value.decode("latin-1") if isinstance(node.value, bytes) else node.value
    shapes = (LONG_HEX.search(text), LONG_BASE64.match(text), PRIVATE_KEY.search(text))
    return any(shapes)


def told_compare(node):
    """`==` with something named as a secret: it ends at the first difference, and takes longer."""
    if not isinstance(node, ast.Compare):
        return False
    if not any(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops):
        return False
    sides = [node.left, *node.comparators]
    if any(isinstance(side, ast.Constant) for side in sides):
        return False
    return any(SECRET.search(name_of(side)) for side in sides)


def name_of(node):
    match node:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
        case ast.Call(func=func):
            return name_of(func)
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            return name
        case _:
            return ""


def weak_hash(node):
    called = isinstance(node, ast.Call) and name_of(node.func) in WEAK_HASHES
    return called or (isinstance(node, ast.Constant) and node.value in WEAK_HASHES)


def fixed_nonce(node):
    """A nonce that is a constant: the same for two texts, it opens both."""
    if not (isinstance(node, ast.Call) and name_of(node.func) == "encrypt" and node.args):
        return False
    first = node.args[0]
    zeros = isinstance(first, ast.Call) and name_of(first.func) == "bytes"
    return isinstance(first, ast.Constant) or zeros


RULES = {
    "randomness": (weak_randomness, "Secrets are drawn by `secrets`, samples by default_rng."),
    "secret": (written_secret, "No key is written in the code."),
    "compare": (told_compare, "Secrets are compared by hmac.compare_digest."),
    "hash": (weak_hash, "MD5 and SHA-1 can be made to collide."),
    "nonce": (fixed_nonce, "A nonce is drawn or counted, never fixed."),
}
BREACHES = {
    "randomness": ("import random", "from random import choice"),
    "secret": (f"KEY = '{'0123456789abcdef' * 2}'", f"K = b'{'Ab3' * 14}'"),
    "compare": ("ok = one.mac == other", "ok = mine != told['mac']", "ok = secret == given"),
    "hash": ("hashlib.md5(x)", "hmac.new(k, x, 'sha1')"),
    "nonce": ("AESGCM(key).encrypt(b'0', x, None)", "c.encrypt(bytes(12), x, None)"),
}


@pytest.mark.parametrize("name", RULES)
def test_secrets_are_kept_in_the_code(name):
    wrong, sentence = RULES[name]
    places = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if wrong(node)
    ]
    assert not places, f"{sentence} Broken in {', '.join(places)}"


@pytest.mark.parametrize("name", RULES)
def test_the_rule_of_secrets_notices_its_breach(name):
    for text in BREACHES[name]:
        assert any(RULES[name][0](node) for node in ast.walk(ast.parse(text))), text
