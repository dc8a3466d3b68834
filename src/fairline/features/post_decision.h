// Columns known only after the loan has been decided on. A model that learns from them looks superb
// and decides badly: at application time they do not exist (docs/reference/features.md).
#pragma once

#include <string_view>

namespace fairline {

/// Whether a column of that name, in any case, is known to be filled during the life of the loan in
/// public lending data (LendingClub's loan statistics and their one-hot encodings).
bool IsKnownPostDecisionColumn(std::string_view name);

}  // namespace fairline
