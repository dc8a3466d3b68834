// Reaching a PostgreSQL server: connecting within a time limit, and asking whether it still lives.
#pragma once

#include <libpq-fe.h>

#include <memory>
#include <string>

#include "fairline/core/result.h"

namespace fairline {

struct FinishPostgres {
  void operator()(PGconn* handle) const { PQfinish(handle); }
};
using PostgresHandle = std::unique_ptr<PGconn, FinishPostgres>;

/// Waits for one of poll(2)'s `events` on a socket; false when `timeout_ms` passed without.
bool AwaitSocket(int socket, short events, int timeout_ms);

/// A connected handle. kUnavailable when the server refuses, or says nothing for
/// limits::kDatabasePatienceMillis.
Result<PostgresHandle> ConnectPostgres(const std::string& url);

/// Whether a server answers a new caller within `timeout_ms`. One that works on a long statement
/// does; one that is stopped, gone or cut off does not.
bool PostgresLives(const std::string& url, int timeout_ms);

/// kInvalidArgument when libpq cannot read the URL; says why where that shows no password.
Status CheckPostgresUrl(const std::string& url);

/// `host:port/database` of a URL that was checked: what a message may show.
std::string PostgresAddress(const std::string& url);

}  // namespace fairline
