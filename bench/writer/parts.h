// What recording one decision costs, part by part, without a database.
#pragma once

#include <vector>

#include "fairline/core/ids.h"
#include "fairline/core/json.h"
#include "fairline/decisioning/decision.h"
#include "fairline/decisioning/vault.h"

namespace fairline::bench {

/// CPU microseconds per decision of one thread, the median of some repetitions over all of them:
///   {copy_us, encode_us, seal_us, digest_us, ledger_us}
/// `copy` is what the bench itself takes to make a decision anew.
Json Parts(const std::vector<DecisionRecord>& decisions, Vault& vault, IdGenerator& ids);

}  // namespace fairline::bench
