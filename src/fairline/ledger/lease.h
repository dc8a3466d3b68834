// Who of several processes does a job. The holder shows that it is alive by raising the token of a
// row in `leases`; the token is compared and set in the very transaction that does the work, so a
// holder that was replaced while it slept cannot do it. No clock is compared with another's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "fairline/core/result.h"
#include "fairline/storage/database.h"

namespace fairline {

class Lease {
 public:
  explicit Lease(std::string name);

  /// Looks at the row. Whether we hold it is known afterwards.
  Status Look(Database& database);
  bool held() const { return held_; }

  /// To be called after each Look at a lease that is not held: true once it may be taken. That is
  /// at once when nobody holds it, else when the token has stood still for `patience_micros` of our
  /// monotonic clock while there was work for the holder; 0 patience says there was none.
  bool MayTake(int64_t now_micros, int64_t patience_micros);

  /// False when another was quicker.
  Result<bool> Take(Database& database);
  /// Raises the token. kConflict when it is not ours any more, and then nothing of the transaction
  /// must be stored.
  Status Renew(Transaction& transaction);
  /// To be called when the transaction of Renew is known to be committed.
  void Renewed() { ++token_; }
  /// Lets the next one have it without waiting.
  Status Release(Database& database);

 private:
  std::string name_, self_;
  std::string holder_;  // empty: nobody
  int64_t token_ = 0;   // 0: there is no row yet
  bool held_ = false;
  int64_t watched_token_ = 0, watched_since_micros_ = 0;
};

}  // namespace fairline
