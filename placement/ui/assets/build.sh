#!/bin/sh
# Builds static/ui/uswds.css and uswds.js with the fonts and pictures that the style sheet names.
# For maintainers, by hand: needs Node 20 and npm. Users need neither, the output is in the repository.
set -eu
cd "$(dirname "$0")"
out=../static/ui
[ -d node_modules ] || npm ci --silent
uswds=node_modules/@uswds/uswds

npx sass --no-source-map --style=compressed --charset --load-path=$uswds/packages uswds.scss |
    # USWDS accepts only colours of its own palette: repaint them with the tokens of look.css.
    sed -e 's/#0f6460/#11585f/g' -e 's/#0b4b3f/#0b3f45/g' -e 's/#123131/#0b3f45/g' -e 's/#e0f7f6/#e3efef/g' \
        -e 's/#171716/#1c2329/g' -e 's/#f9f9f7/#f6f5f1/g' -e 's/#e6e6e2/#dcdad3/g' -e 's/#afaea2/#b9bdc0/g' \
        -e 's/#76766a/#6b757e/g' -e 's/#5d5d52/#55606a/g' -e 's/#454540/#3d464e/g' -e 's/#454545/#3d464e/g' \
        -e 's/#757575/#6b757e/g' -e 's/#b50909/#9b1c1c/g' -e 's/#8b0a03/#7a1616/g' -e 's/#f9eeee/#fbe6e4/g' \
        -e 's/#faeee5/#fbefd8/g' -e 's/#fc906d/#c98a1b/g' -e 's/#446443/#2b6b3f/g' -e 's/#ecf3ec/#e6f1e8/g' \
        -e 's/#54278f/#11585f/g' > $out/uswds.css

npx esbuild uswds.js --bundle --minify --target=es2020 --legal-comments=none --log-level=warning --outfile=$out/uswds.js

rm -rf $out/fonts $out/img
grep -oE 'url\("?(fonts|img)/[^)"]*' $out/uswds.css | sed -E 's/url\("?//' | sort -u | while read -r file; do
    mkdir -p "$out/$(dirname "$file")"
    case $file in
        fonts/*) cp "$uswds/packages/uswds-core/src/assets/$file" "$out/$file" ;;
        img/*) cp "$uswds/dist/$file" "$out/$file" ;;
    esac
done
