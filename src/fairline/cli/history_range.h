// `--since` and `--until` of commands that go through what was recorded.
#pragma once

#include <optional>
#include <string>

#include "fairline/cli/options.h"

namespace fairline {

class HistoryRange {
 public:
  void Declare(Options& options);
  /// A usage error names the option that is no day and no time.
  std::expected<void, Failure> Read();
  bool given() const { return since_text_.has_value(); }

  int64_t since_micros = 0;
  int64_t until_micros = 0;  // now, when the option is not given

 private:
  std::optional<std::string> since_text_, until_text_;
};

}  // namespace fairline
