// libhttp-parser: HTTP/1.1 parsing.
#include <http_parser.h>
