#!/bin/sh
# Installs the fonts that render.py draws with, and FriBiDi, which Pillow's text layout loads (Debian, Ubuntu).
set -eu
as_root=
[ "$(id -u)" -eq 0 ] || as_root=sudo
$as_root apt-get update -qq
$as_root apt-get install -y --no-install-recommends \
    fonts-dejavu-core fonts-dejavu-extra fonts-liberation fonts-noto-cjk libfribidi0
