#!/bin/sh
# Makes three tiny x86-64 libraries with gcc that call memory functions of the C library, as libc10.so does:
#   imports.so        posix_memalign and free, through a table of calls that may be written to
#   imports_now.so    the same with a read-only table (-z relro -z now)
#   imports_other.so  aligned_alloc instead of posix_memalign
set -eu
cd "$(dirname "$0")"
build=$(mktemp -d)
trap 'rm -r "$build"' EXIT
cat > "$build/library.c" <<'END'
#include <stdlib.h>
void *allocate(size_t size) {
#ifdef OTHER
    return aligned_alloc(64, size);
#else
    void *block;
    return posix_memalign(&block, 64, size) == 0 ? block : 0;
#endif
}
void release(void *block) { free(block); }
END
common="-shared -fPIC -Os -s -nostartfiles -Wl,-z,noseparate-code -Wl,--build-id=none"
gcc $common -Wl,-z,lazy -o imports.so "$build/library.c"
gcc $common -Wl,-z,relro -Wl,-z,now -o imports_now.so "$build/library.c"
gcc $common -Wl,-z,lazy -DOTHER -o imports_other.so "$build/library.c"
