"""What the tests of the domain share: the compiled pass, made once."""

import pytest

from app.domain.books import Passes
from app.domain.tape import Walk


@pytest.fixture(scope="session")
def compiled_walk() -> Walk:
    from app.domain import tape_kernel

    return tape_kernel.walk


@pytest.fixture(scope="session")
def compiled() -> Passes:
    from app.domain import books_kernel

    return books_kernel
