// Values on their way to PostgreSQL and back. Both ways are text, whose types the server knows by
// the place a parameter stands in; only bytes go as they are.
#pragma once

#include <libpq-fe.h>

#include <array>
#include <span>
#include <vector>

#include "fairline/core/result.h"
#include "fairline/storage/database.h"

namespace fairline {

/// The parameters of one execution in the shape libpq wants. They point into the values given,
/// which must stay until the statement was sent. Reused from one execution to the next.
class PostgresParameters {
 public:
  /// Forgets the last execution and makes room for `count` parameters.
  void Start(size_t count);
  /// kFailedPrecondition for text with a zero character, which PostgreSQL cannot hold.
  Status Add(std::span<const Value> values);

  int count() const { return static_cast<int>(texts_.size()); }
  const char* const* texts() const { return texts_.data(); }
  const int* lengths() const { return lengths_.data(); }
  const int* formats() const { return formats_.data(); }

 private:
  using Number = std::array<char, 32>;  // the longest shortest double has 24 characters

  void Add(const char* text, size_t length, int format);

  std::vector<const char*> texts_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
  std::vector<Number> numbers_;
};

/// All rows of a result in text format.
Result<std::vector<Row>> PostgresRows(const PGresult* result);

}  // namespace fairline
