"""Simple CSS selectors, tried on a stored page: tags, ids, classes, attributes, place, descent."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from app.domain.errors import ConfigError
from app.domain.html_tree import Element, Page

_PART: Final = re.compile(
    r"""(?P<tag>\*|[a-zA-Z][\w-]*)
      |\#(?P<id>[\w-]+)
      |\.(?P<class>[\w-]+)
      |\[(?P<attr>[\w:-]+)(?:(?P<how>[~^$*]?=)["']?(?P<value>[^"'\]]*)["']?)?\]
      |:nth-of-type\((?P<nth>\d+)\)""",
    re.X,
)
_LONGEST: Final = 400
_COMPARE: Final[dict[str, Callable[[str, str], bool]]] = {
    "=": str.__eq__,
    "~=": lambda there, value: value in there.split(),
    "^=": lambda there, value: bool(value) and there.startswith(value),
    "$=": lambda there, value: bool(value) and there.endswith(value),
    "*=": lambda there, value: bool(value) and value in there,
}


@dataclass(frozen=True, slots=True)
class _Compound:
    """All that one element must fulfil; `direct` when its parent must fulfil what stands before it."""

    tests: tuple[Callable[[Element], bool], ...]
    direct: bool

    def fits(self, element: Element) -> bool:
        return all(test(element) for test in self.tests)


def found_by(page: Page, selector: str) -> tuple[Element, ...]:
    """Every element that it finds, in the page's order. Raises ConfigError where it cannot be understood."""
    chain = _parsed(selector)
    return tuple(one for one in page.elements if chain[-1].fits(one) and _above(page, one, chain))


def _above(page: Page, element: Element, chain: list[_Compound]) -> bool:
    if len(chain) == 1:
        return True
    wanted, rest = chain[-2], chain[:-1]
    above = element.parent
    while above is not None:
        one = page.elements[above]
        if wanted.fits(one) and _above(page, one, rest):
            return True
        if chain[-1].direct:
            return False
        above = one.parent
    return False


def _parsed(selector: str) -> list[_Compound]:
    if not selector.strip() or len(selector) > _LONGEST:
        raise ConfigError("Write a selector such as #name, .class, tag[attribute] or a > b.")
    chain: list[_Compound] = []
    direct = False
    for word in re.findall(r">|(?:\[[^\]]*\]|[^\s>\[])+", selector):
        if word == ">":
            if direct or not chain:
                raise ConfigError("A > stands between two elements.")
            direct = True
            continue
        chain.append(_Compound(tuple(_tests(word)), direct))
        direct = False
    if direct:
        raise ConfigError("A > stands between two elements.")
    return chain


def _tests(word: str) -> list[Callable[[Element], bool]]:
    tests: list[Callable[[Element], bool]] = []
    at = 0
    while at < len(word):
        part = _PART.match(word, at)
        if part is None or (part["tag"] and at):
            raise ConfigError(f"“{word[at:]}” in the selector is not understood here.")
        tests.append(_test(part))
        at = part.end()
    return tests


def _test(part: re.Match[str]) -> Callable[[Element], bool]:
    if part["tag"]:
        tag = part["tag"].lower()
        return lambda one: tag in ("*", one.tag)
    if part["id"]:
        return lambda one: one.attributes.get("id") == part["id"]
    if part["class"]:
        return lambda one: part["class"] in one.classes
    if part["nth"]:
        return lambda one: one.nth == int(part["nth"])
    name, how, value = part["attr"].lower(), part["how"], part["value"] or ""
    if how is None:
        return lambda one: name in one.attributes
    return lambda one: name in one.attributes and _COMPARE[how](one.attributes[name], value)
