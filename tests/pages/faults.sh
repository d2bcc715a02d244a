#!/bin/sh
# The tests of pages find what is wrong with a page, and nothing in one that is right.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
printf '#!/bin/sh\necho "$@"\n' >"$work/echo"
chmod +x "$work/echo"

# says WHAT PATTERN COMMAND...: the command fails and prints the pattern.
says() {
    what=$1 pattern=$2
    shift 2
    if "$@" >"$work/said" 2>&1; then
        echo "$what: not found"
        exit 1
    fi
    grep -q "$pattern" "$work/said" || {
        echo "$what: no \"$pattern\" in"
        cat "$work/said"
        exit 1
    }
}

# A page with one block, what it prints, and a fence.
write_page() {
    printf '# Title\n\n%s\n\n```sh\nbuild/scmoesim %s\n```\n\n```text\n%s\n```\n\n```%s\n```\n' "$@" >"$work/page.md"
}

write_page 'Prose.' 'one two' 'one two' text
"$here/page" check "$work/echo" "$work/page.md" >/dev/null
write_page 'Prose.' 'one two' 'one' 'sh skip: why'
says 'other output' '^+one two' "$here/page" check "$work/echo" "$work/page.md"
"$here/page" bless "$work/echo" "$work/page.md"
"$here/page" check "$work/echo" "$work/page.md" >/dev/null
write_page 'Prose.' 'one; exit 3' 'one' text
says 'a command that fails' 'commands failed' "$here/page" check "$work/echo" "$work/page.md"
cp "$work/page.md" "$work/before.md"
says 'a command that fails' 'commands failed' "$here/page" bless "$work/echo" "$work/page.md"
cmp "$work/before.md" "$work/page.md"
for fence in bash 'sh skip' console ''; do
    write_page 'Prose.' 'one' 'one' "$fence"
    says "fence $fence" 'unknown fence' "$here/page" check "$work/echo" "$work/page.md"
done

long=$(seq -s ' ' 30)
write_page "$long. Short, (e.g. here). \`$long $long\` is one word. [$long](there) is not." 'one' 'one' text
says 'a sentence of 32 words' ':3: 32 words' "$here/prose" "$work/page.md"
write_page "$long. Short, (e.g. here). \`$long $long\` is one word." 'one' "$long $long" text
"$here/prose" "$work/page.md"
write_page "$(seq -s ' ' 21). $(seq -s ' ' 21)." 'one' 'one' text
says 'sentences of 21 words' '21.0 words' "$here/prose" "$work/page.md"

source=$work/source
mkdir -p "$source/doc" "$source/sim/base"
# site: pages that lead to each other.
site() {
    printf '# A title: *of* one\n\n[a](doc/a.md) [c](CONTRIBUTING.md) [l](CHANGELOG.md)\n' >"$source/README.md"
    printf 'Room `sim/base`, `sim/*`, `sim/NAME`.\n' >"$source/CONTRIBUTING.md"
    : >"$source/CHANGELOG.md"
    printf '[up](../README.md#a-title-of-one)\n![d](d.svg)\n```sh\nscmoesim plot -o d.svg\n```\n' >"$source/doc/a.md"
    : >"$source/doc/d.svg"
}
site
"$here/links" "$source"
printf '[x](gone.md)\n' >>"$source/doc/a.md"
says 'a link to no file' 'doc/a.md:6: no file "gone.md"' "$here/links" "$source"
site
printf '[x](../README.md#gone)\n' >>"$source/doc/a.md"
says 'a link to no heading' 'no heading "gone"' "$here/links" "$source"
site
printf '`sim/gone/x.h`\n' >>"$source/doc/a.md"
says 'the name of no file' 'no file "sim/gone/x.h"' "$here/links" "$source"
site
: >"$source/doc/b.md"
says 'a page without a way to it' 'README.md: no link to doc/b.md' "$here/links" "$source"
rm "$source/doc/b.md"
mkdir "$source/sim/new"
says 'a room without a word' 'nothing about the room sim/new' "$here/links" "$source"
rmdir "$source/sim/new"
: >"$source/doc/e.svg"
says 'a picture that nobody shows' 'doc/e.svg: no page shows it' "$here/links" "$source"
printf '![e](e.svg)\n' >>"$source/doc/a.md"
says 'a picture that nobody draws' "doc/e.svg: no page's command draws it" "$here/links" "$source"
site
says 'a page that no test runs' 'doc/a.md: tests/pages/meson.build does not name it' "$here/links" "$source" README.md \
    CONTRIBUTING.md CHANGELOG.md
