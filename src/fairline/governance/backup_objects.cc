// See backup_objects.h.
#include "fairline/governance/backup_objects.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "fairline/core/hash.h"
#include "fairline/governance/backup_object.h"

namespace fairline {
namespace {

constexpr std::string_view kLeftOut[] = {"erasures/", "ledger/checkpoints/"};

bool IsLeftOut(const std::string& key) {
  return std::ranges::any_of(kLeftOut, [&](auto prefix) { return key.starts_with(prefix); });
}

std::unexpected<Error> Damaged(std::string_view key, std::string_view how) {
  return Fail(ErrorCode::kDataLoss, fmt::format("the backup is damaged: {} {}", key, how));
}

}  // namespace

Result<std::vector<BackedUpObject>> BackUpObjects(ObjectStore& live, ObjectStore& backups,
                                                  Keyring& keyring,
                                                  const std::vector<BackedUpObject>& known,
                                                  const Clock& clock) {
  const auto there = FAIRLINE_TRY(backups.List(SharedObjectKey("")));
  const std::set<std::string> present(there.begin(), there.end());
  std::map<std::string_view, const BackedUpObject*> copied;
  for (const BackedUpObject& object : known) {
    if (present.contains(SharedObjectKey(object.key))) copied[object.key] = &object;
  }
  std::vector<BackedUpObject> objects;
  for (const std::string& key : FAIRLINE_TRY(live.List(""))) {
    if (IsLeftOut(key)) continue;
    if (const auto found = copied.find(key); found != copied.end()) {
      objects.push_back(*found->second);
      continue;
    }
    const std::string bytes = FAIRLINE_TRY(live.Get(key));
    FAIRLINE_TRY(PutSealedObject(backups, keyring, SharedObjectKey(key), bytes, clock.NowMicros()));
    objects.push_back({key, static_cast<int64_t>(bytes.size()), Sha256Hex(bytes)});
  }
  return objects;
}

Status ReadObjects(ObjectStore& backups, Keyring& keyring,
                   const std::vector<BackedUpObject>& objects, const ObjectSink& sink) {
  for (const BackedUpObject& object : objects) {
    const std::string key = SharedObjectKey(object.key);
    auto opened = GetSealedObject(backups, keyring, key);
    if (!opened && opened.error().code == ErrorCode::kNotFound) return Damaged(key, "is missing");
    if (!opened) return std::unexpected(std::move(opened).error());
    if (std::cmp_not_equal(opened->bytes.size(), object.bytes) ||
        Sha256Hex(opened->bytes) != object.sha256) {
      return Damaged(key, "is not what was backed up");
    }
    FAIRLINE_TRY(sink(object, opened->bytes));
  }
  return {};
}

}  // namespace fairline
