// What PostgreSQL says went wrong, in the words and codes SQLite's failures have too.
#pragma once

#include <libpq-fe.h>

#include <string>

#include "fairline/core/result.h"

namespace fairline {

/// The failure of a statement. Values of rows never get into it.
Error PostgresFailure(const PGresult* result);

/// The server does not answer, or cannot be reached; `detail` is for the log.
Error PostgresGone(std::string detail);

/// Whether the transaction was ended for the sake of another one and may simply be run again.
bool IsPostgresDeadlock(const Error& error);

/// Whether the connection that failed so is of no use any more and another one may be.
bool EndsPostgresConnection(const Error& error);

}  // namespace fairline
