// Finished decisions to feed: different ones from a file of applicants, and each as often as
// wanted under new ids.
#pragma once

#include <filesystem>
#include <vector>

#include "fairline/core/ids.h"
#include "fairline/core/result.h"
#include "fairline/decisioning/decision.h"
#include "fairline/decisioning/store.h"

namespace fairline::bench {

inline constexpr size_t kDifferentDecisions = 500;

/// Decides about the first applicants of the file, with reasons, by the bundle of that folder.
Result<std::vector<DecisionRecord>> Decisions(const std::filesystem::path& bundle,
                                              const std::filesystem::path& applicants,
                                              Store& store);

/// The same decision about somebody else, now.
DecisionRecord Anew(const DecisionRecord& decision, IdGenerator& ids);

}  // namespace fairline::bench
