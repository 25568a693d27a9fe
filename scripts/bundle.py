"""Makes one archive from which Watchfloor is installed on a machine without a network: make bundle.

Holds the product's wheel (with web assets and artefacts in it), the pinned wheels that it needs on this platform and
Python, a list of the operating system's packages with hashes, the hash of every file, and install.sh.
"""

import hashlib
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SCRIPTS = ROOT / "scripts"
SYSTEM_PACKAGE = re.compile(r"postgresql-(\d+)-postgis-3")
FIELDS = ("Package", "Version", "Architecture", "SHA256")
# everything but what is needed: a bundle is for machines that have a desktop or none
NOT_FOLLOWED = [f"--no-{kind}" for kind in ("recommends", "suggests", "conflicts", "breaks", "replaces", "enhances")]


def main() -> None:
    """Make the archive under dist and print its name and hash."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    tag = f"{sysconfig.get_platform().replace('-', '_')}-py{sys.version_info.major}{sys.version_info.minor}"
    name = f"watchfloor-{version}-{tag}"
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / name
        wheels = folder / "wheels"
        wheels.mkdir(parents=True)
        product = build_product(Path(made) / "source", wheels)
        collect_wheels(product, wheels)
        (folder / "system-packages.txt").write_text(system_packages())
        finish(folder)
        archive = ROOT / "dist" / f"{name}.tar"
        archive.parent.mkdir(exist_ok=True)
        with tarfile.open(archive, "w") as tar:
            tar.add(folder, name)
    print(f"{archive.relative_to(ROOT)}  {archive.stat().st_size / 1e6:,.0f} MB  sha256 {sha256(archive)}")


def build_product(source: Path, wheels: Path) -> Path:
    """The product's wheel, of what is committed: nothing that lies about gets into it."""
    source.mkdir()
    archive = subprocess.run(["git", "-C", str(ROOT), "archive", "HEAD"], capture_output=True, check=True).stdout
    subprocess.run(["tar", "-x", "-C", str(source)], input=archive, check=True)
    run_pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(wheels), str(source))
    return next(wheels.glob("watchfloor-*.whl"))


def collect_wheels(product: Path, wheels: Path) -> None:
    """Every package that the product needs, as pinned by the lock."""
    run_pip("wheel", "--constraint", str(ROOT / "requirements.lock"), "--wheel-dir", str(wheels), str(product))


def system_packages() -> str:
    """What the operating system must bring: package, version, architecture and SHA-256, one a line."""
    head = f"# {platform.platform()}: PostgreSQL with PostGIS and all that it depends on\n"
    if shutil.which("apt-cache") is None:
        return head + "# no apt on the machine that made this list: PostgreSQL 14 or newer, its contrib, PostGIS 3\n"
    offered = SYSTEM_PACKAGE.findall(output("apt-cache", "pkgnames", "postgresql-"))
    if not offered:
        return head + "# no PostGIS is offered by the package lists of the machine that made this list\n"
    wanted = f"postgresql-{max(map(int, offered))}-postgis-3"
    found = output("apt-cache", "depends", "--recurse", *NOT_FOLLOWED, wanted)
    names = sorted({line for line in found.splitlines() if re.fullmatch(r"[a-z0-9][a-z0-9.+-]*(:\w+)?", line)})
    shown = output("apt-cache", "show", "--no-all-versions", *names)
    lines = []
    for record in shown.split("\n\n"):
        fields = dict(re.findall(r"^([A-Za-z0-9-]+): (.*)$", record, re.M))
        if all(field in fields for field in FIELDS):
            lines.append("  ".join(fields[field] for field in FIELDS))
    return head + "\n".join(sorted(lines)) + "\n"


def finish(folder: Path) -> None:
    """Put in how it is installed, and the hash of every file."""
    for script in ("install.sh", "find_python.sh"):
        shutil.copy2(SCRIPTS / ("bundle_install.sh" if script == "install.sh" else script), folder / script)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    sums = "".join(f"{sha256(path)}  {path.relative_to(folder)}\n" for path in files)
    (folder / "SHA256SUMS").write_text(sums)


def sha256(path: Path) -> str:
    """Hash of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def run_pip(*arguments: str) -> None:
    """pip of this environment, silent unless it fails."""
    subprocess.run([sys.executable, "-m", "pip", "-qq", "--disable-pip-version-check", *arguments], check=True)


def output(*command: str) -> str:
    """What a program writes."""
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


if __name__ == "__main__":
    main()
