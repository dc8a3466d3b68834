// A decision as a page of text.
#pragma once

#include <string>
#include <vector>

#include "fairline/decisioning/decision.h"
#include "fairline/ledger/audit.h"

namespace fairline {

std::string DecisionPage(const DecisionRecord& record, const std::vector<AuditEvent>& events);

}  // namespace fairline
