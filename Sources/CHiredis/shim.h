// libhiredis: the reader and formatter of the Redis protocol.
#include <hiredis/hiredis.h>
