// libsqlite3: the embedded store.
#include <sqlite3.h>
