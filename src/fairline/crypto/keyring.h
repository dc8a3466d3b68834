// The master keys, which wrap every other key. They are never in the database: they come from a
// file of lines `ID BASE64` (mode 0600, the first line wraps new keys, the others still open old
// ones) or from FAIRLINE_ENCRYPTION_MASTER_KEY in the same form with commas between.
#pragma once

#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "fairline/core/result.h"
#include "fairline/crypto/secret_key.h"

namespace fairline {

class Keyring {
 public:
  /// Reads the file, which is made with one fresh key when it is absent and `create` says so.
  /// kInvalidArgument names file and line; kPermissionDenied when others may read it.
  static Result<Keyring> FromFile(const std::filesystem::path& file, bool create);
  static Result<Keyring> FromText(std::string_view text, std::string_view origin);
  Keyring(Keyring&& other);

  /// The key sealed by the active master key, with that one's id: `ID \n sealed`. Looks at the file
  /// again when it changed, at most kRefreshMillis late: after that nothing is wrapped by the old
  /// key.
  std::string Wrap(const SecretKey& key, std::string_view context) const;
  static constexpr int64_t kRefreshMillis = 500;
  /// A file is read again when the id is unknown, so that a rotation needs no restart.
  /// kFailedPrecondition names the id when it stays unknown; kDataLoss as Unseal.
  Result<SecretKey> Unwrap(std::string_view wrapped, std::string_view context);
  /// True when another than the active master key wraps it.
  bool NeedsRewrap(std::string_view wrapped) const;

  /// Adds a fresh key to the file, as the active one. kFailedPrecondition without a file.
  Status Rotate();
  /// Takes all but the active key out of the file: to be done when nothing NeedsRewrap any more.
  /// kConflict when another process has rotated since this one read the file.
  Status Retire();
  std::vector<std::string> ids() const;  // the active one first

 private:
  struct MasterKey {
    std::string id;
    SecretKey key;
  };
  Keyring(std::filesystem::path file, std::vector<MasterKey> keys);
  static Result<std::vector<MasterKey>> Parse(std::string_view text, std::string_view origin);
  static std::string TextOf(const std::vector<MasterKey>& keys);
  const MasterKey* Find(std::string_view id) const;
  /// Replaces the file's keys and ours by what `change` makes of the file's.
  Status Change(const std::function<Status(std::vector<MasterKey>& keys)>& change);

  void RefreshWhenChanged() const;

  mutable std::mutex mutex_;
  std::filesystem::path file_;  // empty: from the environment
  mutable std::filesystem::file_time_type file_time_;
  mutable int64_t looked_micros_ = 0;
  mutable std::vector<MasterKey> keys_;  // never empty, the active one first
};

}  // namespace fairline
