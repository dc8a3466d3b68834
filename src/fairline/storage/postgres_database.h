// The Database over a PostgreSQL server.
#pragma once

#include <memory>
#include <string>

#include "fairline/core/metrics.h"
#include "fairline/core/result.h"
#include "fairline/storage/database.h"

namespace fairline {

/// OpenDatabase for a libpq URL.
Result<std::unique_ptr<Database>> OpenPostgres(const std::string& url, Metrics* metrics);

}  // namespace fairline
