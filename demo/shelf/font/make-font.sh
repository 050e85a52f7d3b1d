#!/bin/bash
# Makes signs.otf from Debian's fonts-noto-cjk (SIL OFL 1.1, see LICENSE-noto-cjk.txt): the characters of charset.txt, which
# are those of the store and product names in demo/guyuan and of the signs drawn here.
# Needs: apt-get install fonttools fonts-noto-cjk
set -euo pipefail
cd "$(dirname "$0")"
pyftsubset /usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc --font-number=2 --text-file=charset.txt \
  --layout-features='' --drop-tables+=GSUB,GPOS,GDEF,BASE,vhea,vmtx,VORG --no-hinting --desubroutinize \
  --output-file=signs.otf
