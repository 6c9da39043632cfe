// libsystemd: readiness, watchdog, journal.
#include <systemd/sd-daemon.h>
