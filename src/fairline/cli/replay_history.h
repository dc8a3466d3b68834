// Replay of many decisions: against their own record, or what another version would have decided.
#pragma once

#include <string>

#include "fairline/cli/command.h"
#include "fairline/decisioning/store.h"

namespace fairline {

struct ReplayHistoryTask {
  int64_t since_micros = 0, until_micros = 0;
  std::string model;  // empty: each decision's own version
  std::string out;    // empty: no file
  bool json = false;
};

/// Prints the summary. Exit code 1 when a decision is not bit-equal to its record; a what-if
/// answers with 0.
CommandResult ReplayHistory(const ReplayHistoryTask& task, Store& store);

}  // namespace fairline
