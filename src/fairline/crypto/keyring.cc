// Reading and writing the lines, and the envelope around a wrapped key. No message holds more of a
// line than its number, and the id of a key that could be read.
#include "fairline/crypto/keyring.h"

#include <fmt/format.h>

#include <algorithm>

#include "fairline/core/check.h"
#include "fairline/core/clock.h"
#include "fairline/core/encoding.h"
#include "fairline/core/random.h"
#include "fairline/crypto/key_file.h"
#include "fairline/crypto/seal.h"

namespace fairline {
namespace {

constexpr size_t kIdBytes = 64;
constexpr size_t kMasterKeys = 1000;
constexpr char kAfterId = '\n';  // of a wrapped key

bool IsId(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_' || c == '.';
  };
  return !text.empty() && text.size() <= kIdBytes && std::ranges::all_of(text, allowed);
}

// The day it was made, for people, and enough randomness to differ from any other.
std::string NewId() {
  uint32_t random;
  FillWithEntropy(&random, sizeof random);
  return fmt::format("{}-{:08x}", FormatTimestamp(SystemClock().NowMicros()).substr(0, 10), random);
}

std::string_view IdOf(std::string_view wrapped) {
  return wrapped.substr(0, wrapped.find(kAfterId));
}

std::string_view Trim(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// `ID BASE64` as its two words; the second is empty when the line is something else.
std::pair<std::string_view, std::string_view> TwoWords(std::string_view line) {
  const size_t space = line.find_first_of(" \t");
  if (space == std::string_view::npos) return {line, {}};
  return {line.substr(0, space), Trim(line.substr(space))};
}

}  // namespace

Keyring::Keyring(std::filesystem::path file, std::vector<MasterKey> keys)
    : file_(std::move(file)), keys_(std::move(keys)) {}

Keyring::Keyring(Keyring&& other) : file_(std::move(other.file_)), keys_(std::move(other.keys_)) {}

Result<std::vector<Keyring::MasterKey>> Keyring::Parse(std::string_view text,
                                                       std::string_view origin) {
  std::vector<MasterKey> keys;
  int number = 0;
  const auto fail = [&](std::string_view what) {
    return Fail(ErrorCode::kInvalidArgument, fmt::format("{}:{}: {}", origin, number, what));
  };
  while (!text.empty()) {
    ++number;
    const size_t end = std::min(text.find_first_of("\n,"), text.size());
    const std::string_view line = Trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.starts_with('#')) continue;
    const auto [id, base64] = TwoWords(line);
    if (!IsId(id) || base64.empty()) {
      return fail("a line reads ID KEY: a name of letters, digits, - _ . and 32 bytes in base64");
    }
    auto bytes = FromBase64(base64);
    if (!bytes || bytes->size() != SecretKey::kBytes) {
      // The first word is not shown: somebody may have put the key there.
      return fail("behind the name there are not 32 bytes in base64");
    }
    if (std::ranges::find(keys, id, &MasterKey::id) != keys.end()) {
      return fail(fmt::format("the key {} stands there twice", id));
    }
    if (keys.size() == kMasterKeys) return fail("there are too many keys");
    keys.push_back({std::string(id), SecretKey(*bytes)});
    Wipe(*bytes);
  }
  if (keys.empty()) {
    return Fail(ErrorCode::kInvalidArgument,
                fmt::format("{}: there is no master key in it; a line reads ID KEY", origin));
  }
  return keys;
}

std::string Keyring::TextOf(const std::vector<MasterKey>& keys) {
  std::string text;
  for (const MasterKey& key : keys) {
    text += fmt::format("{} {}\n", key.id, ToBase64(key.key.bytes()));
  }
  return text;
}

Result<Keyring> Keyring::FromFile(const std::filesystem::path& file, bool create) {
  auto text = ReadKeyFile(file);
  if (!text && text.error().code == ErrorCode::kNotFound && create) {
    std::string fresh = TextOf({{NewId(), SecretKey::Generate()}});
    const Status made = MakeKeyFile(file, fresh);
    Wipe(fresh);
    if (!made) return std::unexpected(made.error());
    text = ReadKeyFile(file);
  }
  if (!text) return std::unexpected(std::move(text).error());
  auto keys = Parse(*text, file.filename().string());
  Wipe(*text);
  if (!keys) return std::unexpected(std::move(keys).error());
  return Keyring(file, *std::move(keys));
}

Result<Keyring> Keyring::FromText(std::string_view text, std::string_view origin) {
  return Keyring({}, FAIRLINE_TRY(Parse(text, origin)));
}

// A file that cannot be read at the moment leaves the keys as they are: they still open everything.
void Keyring::RefreshWhenChanged() const {
  const int64_t now = SystemClock().MonotonicMicros();
  if (file_.empty() || now - looked_micros_ < 1000 * kRefreshMillis) return;
  looked_micros_ = now;
  std::error_code failure;
  const auto time = std::filesystem::last_write_time(file_, failure);
  if (failure || time == file_time_) return;
  if (auto keys = FromFile(file_, false)) {
    keys_ = std::move(keys->keys_);
    file_time_ = time;
  }
}

std::string Keyring::Wrap(const SecretKey& key, std::string_view context) const {
  const std::lock_guard lock(mutex_);
  RefreshWhenChanged();
  return keys_[0].id + kAfterId + Seal(keys_[0].key, key.bytes(), context);
}

Result<SecretKey> Keyring::Unwrap(std::string_view wrapped, std::string_view context) {
  const std::string_view id = IdOf(wrapped);
  if (id.size() == wrapped.size() || !IsId(id)) {
    return Fail(ErrorCode::kDataLoss, "a stored key is damaged: it does not name its master key");
  }
  const std::lock_guard lock(mutex_);
  const MasterKey* master = Find(id);
  if (master == nullptr && !file_.empty()) {
    keys_ = std::move(FAIRLINE_TRY(FromFile(file_, false)).keys_);
    master = Find(id);
  }
  if (master == nullptr) {
    return Fail(ErrorCode::kFailedPrecondition,
                fmt::format("the master key {} is needed and not there: put its line back into the "
                            "key file, or give the right file or variable",
                            id));
  }
  std::string bytes = FAIRLINE_TRY(Unseal(master->key, wrapped.substr(id.size() + 1), context));
  if (bytes.size() != SecretKey::kBytes) {
    return Fail(ErrorCode::kDataLoss, "a stored key is damaged: it has the wrong length");
  }
  const SecretKey key(bytes);
  Wipe(bytes);
  return key;
}

bool Keyring::NeedsRewrap(std::string_view wrapped) const {
  const std::lock_guard lock(mutex_);
  return IdOf(wrapped) != keys_[0].id;
}

Status Keyring::Rotate() {
  return Change([](std::vector<MasterKey>& keys) -> Status {
    keys.insert(keys.begin(), {NewId(), SecretKey::Generate()});
    return {};
  });
}

Status Keyring::Retire() {
  return Change([this](std::vector<MasterKey>& keys) -> Status {
    if (keys[0].id != keys_[0].id) {
      return Fail(ErrorCode::kConflict,
                  "the master key was rotated meanwhile: keys may still need the older ones");
    }
    keys.erase(keys.begin() + 1, keys.end());
    return {};
  });
}

std::vector<std::string> Keyring::ids() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> ids;
  for (const MasterKey& key : keys_) ids.push_back(key.id);
  return ids;
}

const Keyring::MasterKey* Keyring::Find(std::string_view id) const {
  const auto found = std::ranges::find(keys_, id, &MasterKey::id);
  return found == keys_.end() ? nullptr : &*found;
}

Status Keyring::Change(const std::function<Status(std::vector<MasterKey>&)>& change) {
  const std::lock_guard lock(mutex_);
  if (file_.empty()) {
    return Fail(ErrorCode::kFailedPrecondition,
                "the master keys come from a variable: change them there (the first one wraps new "
                "keys, the others still open old ones)");
  }
  // The file's keys, not ours: another process may have added one.
  std::vector<MasterKey> changed;
  FAIRLINE_TRY(ChangeKeyFile(file_, [&](const std::string& text) -> Result<std::string> {
    changed = FAIRLINE_TRY(Parse(text, file_.filename().string()));
    FAIRLINE_TRY(change(changed));
    return TextOf(changed);
  }));
  keys_ = std::move(changed);
  return {};
}

}  // namespace fairline
