// Looking up many values at once: a statement costs more than a row, and on PostgreSQL its answer
// is waited for.
#pragma once

#include <functional>
#include <span>
#include <string_view>

#include "fairline/core/result.h"
#include "fairline/storage/database.h"

namespace fairline {

/// Runs `select` (…) `tail` with the values in the parentheses, `select` being a query that ends in
/// IN, and tells `found` each row. The values go in a few statements of fixed sizes, so that these
/// stay prepared. A failure of `found` ends it.
Status QueryAnyOf(Transaction& transaction, std::string_view select, std::span<const Value> values,
                  std::string_view tail, const std::function<Status(const Row&)>& found);

}  // namespace fairline
