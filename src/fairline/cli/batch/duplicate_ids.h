// Notices ids that stand in a file more than once, in fixed memory: the first
// limits::kWatchedIds different ids are watched, by 64 bits of their hash.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace fairline {

class DuplicateIds {
 public:
  /// True when the id was there before. The empty id is nobody's.
  bool Add(std::string_view id);

 private:
  std::vector<uint64_t> slots_;  // open addressing; 0 is free
  size_t used_ = 0;
};

}  // namespace fairline
