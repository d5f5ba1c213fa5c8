# shellcheck shell=bash

sha256_of() { # the bytes on stdin
    if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi | cut -d ' ' -f 1
}
