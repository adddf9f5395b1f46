#!/usr/bin/env bash
# Makes gen/apple, the Xcode project, where it is missing, on a Mac with Xcode and xcodegen: what the Tauri CLI
# writes, with the app's icons and its privacy manifest. Info.plist is merged by the CLI with each build.
set -euo pipefail
cd "$(dirname "$0")/.."

[ -d gen/apple ] || scripts/tauri.sh ios init --ci

app=$(compgen -G 'gen/apple/*_iOS' | head -n 1)
cp src-tauri/ios/PrivacyInfo.xcprivacy "$app/"
cp src-tauri/icons/ios/*.png gen/apple/Assets.xcassets/AppIcon.appiconset/
# The folder's files are listed in the project when it is written.
grep -q PrivacyInfo.xcprivacy gen/apple/*.xcodeproj/project.pbxproj ||
    xcodegen generate --quiet --spec gen/apple/project.yml
grep -q PrivacyInfo.xcprivacy gen/apple/*.xcodeproj/project.pbxproj || {
    echo 'ios-project: xcodegen left the privacy manifest out' >&2
    exit 1
}
