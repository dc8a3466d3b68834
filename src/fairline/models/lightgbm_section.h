// One section of a LightGBM text model: its `key=value` lines, read as numbers with every length
// and range checked, so that the readers above it can trust what they get.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "fairline/core/result.h"

namespace fairline {

class LightGbmSection {
 public:
  /// `name` opens the messages: "Tree=12", or "header"; `mark` is the one line that may stand there
  /// without a value. Values are views on the file's text.
  explicit LightGbmSection(std::string name, std::string_view mark = {})
      : name_(std::move(name)), mark_(mark) {}

  const std::string& name() const { return name_; }
  /// One `key=value` line, or the mark. A key given twice is an error.
  Status Add(std::string_view line);

  bool Has(std::string_view key) const { return values_.contains(key); }
  Result<std::string_view> Text(std::string_view key) const;
  Result<int64_t> Integer(std::string_view key, int64_t minimum, int64_t maximum) const;
  /// Exactly `count` of them, separated by blanks. Room is taken for what is there, whatever length
  /// the file claims.
  Result<std::vector<int64_t>> Integers(std::string_view key, size_t count, int64_t minimum,
                                        int64_t maximum) const;
  /// Infinities are numbers (a threshold of inf parts the missing from the rest), NaN is not.
  Result<std::vector<double>> Numbers(std::string_view key, size_t count) const;

  /// "model file, Tree=12, left_child: <what>".
  std::unexpected<Error> Fault(std::string_view key, std::string_view what,
                               ErrorCode code = ErrorCode::kInvalidArgument) const;

 private:
  std::string name_;
  std::string_view mark_;
  std::map<std::string_view, std::string_view> values_;
};

/// Splits at single or repeated blanks.
std::vector<std::string_view> SplitBlanks(std::string_view text);

}  // namespace fairline
