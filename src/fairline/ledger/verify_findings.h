// Collects what a verification finds: the first ones in full, the rest as a number.
#pragma once

#include <string>

#include "fairline/ledger/verify.h"

namespace fairline {

class Findings {
 public:
  explicit Findings(LedgerReport& report) : report_(report) {}

  void Add(LedgerFinding finding) {
    ++report_.findings_total;
    if (report_.findings.size() < kListedFindings) report_.findings.push_back(std::move(finding));
  }
  void Add(std::string what) { Add(LedgerFinding{.what = std::move(what)}); }
  void AddAt(int64_t index, std::string what) {
    Add(LedgerFinding{.index = index, .what = std::move(what)});
  }

 private:
  LedgerReport& report_;
};

}  // namespace fairline
