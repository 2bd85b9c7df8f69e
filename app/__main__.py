"""`python -m app` is `pitwall`."""

from app.main import program

if __name__ == "__main__":
    program()
