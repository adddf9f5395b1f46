#!/usr/bin/env bash
# All checks that need no run of the program: formatting, clippy, documentation, dependencies'
# licences and sources, shell scripts, and paths of somebody's machine in the tree.
set -euo pipefail
cd "$(dirname "$0")/.."

step() { printf '\n== lint: %s\n' "$*"; }

step formatting
cargo fmt --all -- --check

step clippy
cargo clippy --locked --workspace --all-targets --all-features -- -D warnings

step documentation
RUSTDOCFLAGS='-D warnings' cargo doc --locked --workspace --no-deps --all-features --quiet

step "dependencies' licences, bans and sources"
scripts/cargo-deny.sh --locked --workspace check --hide-inclusion-graph licenses bans sources

step 'shell scripts'
mapfile -t shell < <(git ls-files '*.sh' .ci/run)
shellcheck "${shell[@]}"

step 'workflows'
linters=0
for linter in actionlint zizmor; do
    program=.cache/tools/$linter
    [ -x "$program" ] || program=$(command -v "$linter") || continue
    linters=$((linters + 1))
    if [ "$linter" = actionlint ]; then
        "$program" -version | head -n 1
        "$program"
    else
        "$program" --offline --no-progress --persona=regular .github/workflows
    fi
done
# Each is left out by itself where it cannot be had (scripts/install-deps.sh workflows says so).
[ "$linters" -gt 0 ] || echo 'lint: neither actionlint nor zizmor is here; the workflows are NOT checked' >&2

step 'Python scripts'
mapfile -t python < <(git ls-files '*.py')
[ ${#python[@]} -eq 0 ] || python3 -m py_compile "${python[@]}"

step 'web UI'
scripts/npm.sh run lint
scripts/npm.sh exec -- prettier --ignore-path ../tests/ui/.prettierignore --check ../tests/ui
scripts/npm.sh --prefix ../tests/ui run check
for project in mobile/*/tsconfig.json; do
    scripts/npm.sh exec -- tsc --noEmit -p "../$project"
    scripts/npm.sh exec -- prettier --config .prettierrc.json --check "../$(dirname "$project")/guest-js"
done

step "no paths of somebody's machine in the tree"
# Home and work folders as they stand at the start of an absolute path. This script names them, so
# it leaves itself out.
paths='(^|[^A-Za-z0-9_./-])/(home/[a-z]|Users/[A-Za-z]|root/|work/)'
if git grep -nIE "$paths" -- . ':!scripts/lint.sh' ':!*.lock'; then
    echo 'lint: the lines above name paths of one machine' >&2
    exit 1
fi

step 'file sizes'
# Packs are data; everything else in the tree stays small enough to review.
git ls-files -z | while IFS= read -r -d '' file; do
    case $file in assets/*.safetensors | trainer/weights/*.safetensors) continue ;; esac
    if [ -f "$file" ] && [ "$(wc -c <"$file")" -gt 1048576 ]; then
        echo "lint: $file is larger than 1 MiB" >&2
        exit 1
    fi
done
echo
echo 'lint: all is well'
