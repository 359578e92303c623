#!/bin/sh
# Makes seeds for the fuzz targets out of `marb sample`: whole files for `segments` and `intake`, what stands within a
# transaction for `claims` and `remittances`. Run it from the project's folder.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cargo run --release --quiet -- sample --claims 60 --seed 5 --out "$work" >/dev/null
corpus=fuzz/corpus
mkdir -p $corpus/segments $corpus/intake $corpus/claims $corpus/remittances

# The bytes before a seed say how large the portions are that it is read in, and for `claims` which guide it follows.
for file in "$work"/*.837 "$work"/*.835; do
    name=$(basename "$file")
    # A few claims are enough: what is long is slow to try.
    head -c 2500 "$file" >"$work/part"
    for target in segments intake; do
        { printf '@'; cat "$work/part"; } >"$corpus/$target/$name"
        { printf '@'; tr '*:~' '|>!' <"$work/part"; } >"$corpus/$target/$name.marks"
        { printf '@'; fold -b -w 80 "$work/part"; } >"$corpus/$target/$name.wrapped"
        { printf '@'; iconv -t UTF-16LE "$work/part"; } >"$corpus/$target/$name.utf-16"
    done
    segments=$(tr -d '\r\n' <"$work/part" | tr '~' '\n' | grep -vE '^(ISA|GS|ST|SE|GE|IEA)\*' | tr '\n' '~')
    case $name in
    *.837) for guide in A B C; do printf '@%s%s' "$guide" "$segments" >"$corpus/claims/$name.$guide"; done ;;
    *.835) printf '@%s' "$segments" >"$corpus/remittances/$name" ;;
    esac
done
