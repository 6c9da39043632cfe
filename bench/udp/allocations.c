// Counts the allocations of a program it is preloaded into, and prints "allocations N" at the end.
#include <stddef.h>
#include <stdio.h>

void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_memalign(size_t, size_t);
static long count;

void *malloc(size_t size) { return __atomic_add_fetch(&count, 1, __ATOMIC_RELAXED), __libc_malloc(size); }
void *calloc(size_t n, size_t size) { return __atomic_add_fetch(&count, 1, __ATOMIC_RELAXED), __libc_calloc(n, size); }
int posix_memalign(void **out, size_t alignment, size_t size) {
    __atomic_add_fetch(&count, 1, __ATOMIC_RELAXED);
    *out = __libc_memalign(alignment, size);
    return *out ? 0 : 12;
}
void *aligned_alloc(size_t alignment, size_t size) {
    return __atomic_add_fetch(&count, 1, __ATOMIC_RELAXED), __libc_memalign(alignment, size);
}
__attribute__((destructor)) static void report(void) { printf("allocations %ld\n", count); }
