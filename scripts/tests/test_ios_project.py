"""What the app says of itself to iOS: src-tauri/ios and tauri.ios.conf.json."""

import json
import pathlib
import plistlib
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
IOS = ROOT / "src-tauri/ios"

# Apple's list of reasons, as far as they could apply: the app's own files, files that a person opened.
REASONS = {"NSPrivacyAccessedAPICategoryFileTimestamp": {"C617.1", "3B52.1"}}


def plist(name):
    return plistlib.loads((IOS / name).read_bytes())


class InfoTest(unittest.TestCase):
    def test_the_camera_has_a_reason_and_nothing_else_is_asked_for(self):
        usages = {key: text for key, text in plist("Info.plist").items() if key.endswith("UsageDescription")}
        self.assertEqual(list(usages), ["NSCameraUsageDescription"])
        self.assertGreater(len(usages["NSCameraUsageDescription"]), 30)

    def test_pictures_come_as_copies(self):
        self.assertIs(plist("Info.plist")["LSSupportsOpeningDocumentsInPlace"], False)


class PrivacyTest(unittest.TestCase):
    def test_nothing_is_tracked_or_collected(self):
        manifest = plist("PrivacyInfo.xcprivacy")
        self.assertIs(manifest["NSPrivacyTracking"], False)
        self.assertEqual(manifest["NSPrivacyTrackingDomains"], [])
        self.assertEqual(manifest["NSPrivacyCollectedDataTypes"], [])

    def test_each_api_is_named_once_with_its_reasons(self):
        named = plist("PrivacyInfo.xcprivacy")["NSPrivacyAccessedAPITypes"]
        reasons = {api["NSPrivacyAccessedAPIType"]: set(api["NSPrivacyAccessedAPITypeReasons"]) for api in named}
        self.assertEqual(len(named), len(reasons))
        self.assertEqual(reasons, REASONS)


class ConfigurationTest(unittest.TestCase):
    def setUp(self):
        self.base = json.loads((ROOT / "tauri.conf.json").read_text())
        self.ios = json.loads((ROOT / "tauri.ios.conf.json").read_text())

    def test_the_plist_that_it_names_is_there(self):
        self.assertTrue((ROOT / self.ios["bundle"]["iOS"]["infoPlist"]).is_file())

    def test_the_same_pictures_are_opened_as_elsewhere(self):
        def names(configuration):
            return sorted(ext for kind in configuration["bundle"]["fileAssociations"] for ext in kind["ext"])

        self.assertEqual(names(self.ios), names(self.base))

    def test_the_oldest_system_is_that_of_the_swift_packages(self):
        oldest = self.ios["bundle"]["iOS"]["minimumSystemVersion"].split(".")[0]
        packages = list(ROOT.glob("mobile/*/ios/Package.swift")) + [ROOT / "mobile/sdk/swift/Package.swift"]
        self.assertEqual(len(packages), 3)
        for package in packages:
            self.assertIn(f".iOS(.v{oldest})", package.read_text(), package)

    def test_icons_have_the_names_of_the_xcode_project(self):
        icons = {icon.name for icon in (ROOT / "src-tauri/icons/ios").glob("*.png")}
        self.assertIn("AppIcon-60x60@3x.png", icons)
        self.assertIn("AppIcon-512@2x.png", icons)


if __name__ == "__main__":
    unittest.main()
