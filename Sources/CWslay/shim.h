// libwslay: WebSocket framing.
#include <wslay/wslay.h>
