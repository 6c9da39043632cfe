// libspandsp: G.722, tone detection, packet loss concealment, comfort noise.
#include <stdint.h>
#include <spandsp.h>
