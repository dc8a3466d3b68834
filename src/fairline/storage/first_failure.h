// What makes a transaction fail as a whole: after its first failure it answers everything with it.
#pragma once

#include <optional>

#include "fairline/core/result.h"

namespace fairline {

class FirstFailure {
 public:
  Status Check() const {
    if (error_) return std::unexpected(*error_);
    return {};
  }
  template <typename T>
  Result<T> Keep(Result<T> result) {
    if (!result && !error_) error_ = result.error();
    return result;
  }

 private:
  std::optional<Error> error_;
};

}  // namespace fairline
