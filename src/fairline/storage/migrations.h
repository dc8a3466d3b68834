// The schema as a list of steps that only go forward. A released step is never edited: what changes
// later is a further step. Columns are described in docs/reference/database.md.
#pragma once

#include "fairline/core/result.h"
#include "fairline/storage/database.h"

namespace fairline {

/// Brings the schema up to date inside the caller's transaction, so that of several processes that
/// start at once one does the work. kUnsupported when a newer program has written the schema.
Status Migrate(Transaction& transaction, DatabaseKind kind);

}  // namespace fairline
