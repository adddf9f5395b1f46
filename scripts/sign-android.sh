#!/usr/bin/env bash
# Signs APKs and bundles (AAB) with a keystore, and checks what came out.
#
# Usage: scripts/sign-android.sh OUT FILE...
# Takes ANDROID_KEYSTORE (a file), ANDROID_KEYSTORE_PASSWORD, ANDROID_KEY_ALIAS and
# ANDROID_KEY_PASSWORD (the keystore's, where it is not set). zipalign and apksigner come from the
# newest build tools of ANDROID_HOME, or from the PATH.
set -euo pipefail

fail() {
    echo "sign-android: $*" >&2
    exit 1
}

[ $# -ge 2 ] || fail 'usage: scripts/sign-android.sh OUT FILE...'
out=$1
shift
: "${ANDROID_KEYSTORE:?is not set: the keystore file}" "${ANDROID_KEYSTORE_PASSWORD:?is not set}" \
    "${ANDROID_KEY_ALIAS:?is not set: the name of the key in the keystore}"
export ANDROID_KEYSTORE_PASSWORD ANDROID_KEY_PASSWORD=${ANDROID_KEY_PASSWORD:-$ANDROID_KEYSTORE_PASSWORD}
[ -s "$ANDROID_KEYSTORE" ] || fail "no keystore at $ANDROID_KEYSTORE"

if [ -n "${ANDROID_HOME:-}" ] && [ -d "$ANDROID_HOME/build-tools" ]; then
    tools=$(find "$ANDROID_HOME/build-tools" -mindepth 1 -maxdepth 1 -type d | sort -V | tail -n 1)
    PATH="$tools:$PATH"
fi
command -v apksigner >/dev/null || fail 'apksigner is missing: it is one of the build tools of the Android SDK'
command -v zipalign >/dev/null || fail 'zipalign is missing: it is one of the build tools of the Android SDK'

# What is older aligns libraries to 4 KiB, and undoes what Gradle did.
{ zipalign 2>&1 || true; } | grep -q -- '-P' || fail 'zipalign is older than build tools 35, which know pages of 16 KiB'

mkdir -p "$out"
for file in "$@"; do
    name=$(basename "$file")
    # What Gradle writes into names of what it did not sign would no longer be true.
    signed=$out/${name/-unsigned/}
    case $name in
        *.apk)
            zipalign -f -P 16 4 "$file" "$signed"
            apksigner sign --ks "$ANDROID_KEYSTORE" --ks-key-alias "$ANDROID_KEY_ALIAS" \
                --ks-pass env:ANDROID_KEYSTORE_PASSWORD --key-pass env:ANDROID_KEY_PASSWORD "$signed"
            rm -f "$signed.idsig"
            zipalign -c -P 16 4 "$signed" || fail "$signed is not aligned"
            apksigner verify --print-certs "$signed"
            ;;
        *.aab)
            said=$(jarsigner -keystore "$ANDROID_KEYSTORE" -storepass:env ANDROID_KEYSTORE_PASSWORD \
                -keypass:env ANDROID_KEY_PASSWORD -signedjar "$signed" "$file" "$ANDROID_KEY_ALIAS") || fail "$said"
            # It says `jar is unsigned` and exits with 0.
            jarsigner -verify "$signed" | grep -q 'jar verified' || fail "$signed is not signed"
            ;;
        *) fail "neither an APK nor a bundle: $file" ;;
    esac
    echo "sign-android: $signed"
done
