"""`python -m amends`: the command line of this interpreter's own installation, which is how workers are started."""

from amends.cli.main import app

if __name__ == "__main__":
    app()
