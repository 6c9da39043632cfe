// libusrsctp: SCTP in user space, for data channels.
#include <usrsctp.h>
