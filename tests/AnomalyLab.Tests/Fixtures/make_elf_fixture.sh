#!/bin/sh
# Makes two tiny x86-64 libraries with gcc and binutils: see README.md beside this file.
#   needs_glibcxx.so     needs GLIBCXX_3.4.32 for a symbol that nothing calls and no relocation uses, as TorchSharp's does
#   without_glibcxx.so   the same without that need
set -eu
cd "$(dirname "$0")"
build=$(mktemp -d)
trap 'rm -r "$build"' EXIT

# Stands in for the libstdc++.so.6 of GCC 13, at link time only.
cat > "$build/versions" <<'END'
GLIBCXX_3.4 { global: _ZSt9terminatev; local: *; };
GLIBCXX_3.4.32 { global: _ZSt21ios_base_library_initv; } GLIBCXX_3.4;
END
cat > "$build/libstdc++.c" <<'END'
void _ZSt9terminatev(void) { }
void _ZSt21ios_base_library_initv(void) { }
END
gcc -shared -fPIC -nostdlib -Wl,-soname,libstdc++.so.6 -Wl,--version-script="$build/versions" -o "$build/libstdc++.so.6" "$build/libstdc++.c"

# .globl without a definition names a symbol and uses it nowhere: what GCC 13's <iostream> leaves in every file.
cat > "$build/library.c" <<'END'
#include <unistd.h>
#ifdef NEED
__asm__(".globl _ZSt21ios_base_library_initv");
#endif
__asm__(".globl _ZSt9terminatev");
int answer(void) { return getpid() > 0 ? 42 : 0; }
END
link="-shared -fPIC -Os -s -nostartfiles -Wl,-z,noseparate-code -Wl,--build-id=none"
gcc $link -DNEED -o needs_glibcxx.so "$build/library.c" "$build/libstdc++.so.6"
gcc $link -o without_glibcxx.so "$build/library.c" "$build/libstdc++.so.6"
