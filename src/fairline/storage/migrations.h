// The schema as a list of steps that only go forward. A released step is never edited: what changes
// later is a further step. Columns are described in docs/reference/database.md.
#pragma once

#include "fairline/core/result.h"
#include "fairline/storage/database.h"

namespace fairline {

/// Brings the schema up to date. Of several processes that start at once one does the work, in one
/// transaction. A schema that is up to date is only read, so that a role without the right to
/// change it will do. kUnsupported when a newer program has written the schema.
Status BringUpToDate(Database& database);

}  // namespace fairline
