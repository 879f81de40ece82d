"""What `convo --version` says."""

from importlib.metadata import PackageNotFoundError, version


def version_line() -> str:
    """The program's name and version."""
    try:
        return f"convo {version('convo-desk')}"
    except PackageNotFoundError:
        return "convo, not installed"
