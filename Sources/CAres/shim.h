// libc-ares: DNS.
#include <ares.h>
