// What a verification found, in words for a person or as JSON.
#pragma once

#include <string>

#include "fairline/core/json.h"
#include "fairline/ledger/verify.h"

namespace fairline {

/// 1204 events: "1,204 events"; 1: "1 event".
std::string CountOf(int64_t count, std::string_view what);
/// "2026-11-21 10:41:00 UTC".
std::string TimeInWords(std::string_view timestamp);

/// `key_kept` says that the public key came from the caller.
std::string ReportPage(const LedgerReport& report, bool key_kept);
Json ReportDocument(const LedgerReport& report);

}  // namespace fairline
