// PruneBackups: what goes is decided from manifests and listings first, then deleted, each backup's
// manifest before its parts: a prune that is interrupted leaves rests, never half a backup.
#include <algorithm>
#include <map>
#include <set>

#include "fairline/governance/backup.h"
#include "fairline/governance/backup_wal.h"

namespace fairline {
namespace {

constexpr int64_t kMicrosPerDay = int64_t{86'400} * 1'000'000;
// Parts without a manifest may be of a backup that is being made.
constexpr int64_t kUnfinishedMicros = kMicrosPerDay;

/// What lies in the location.
struct Inventory {
  std::set<std::string> keys;
  std::vector<BackupManifest> genuine;  // oldest first
  std::vector<std::string> unreadable;  // ids whose manifest is not genuine
};

Result<Inventory> TakeInventory(const BackupPlace& place) {
  Inventory inventory;
  for (const char* prefix : {"manifests/", "backups/", "objects/", "wal/"}) {
    const auto keys = FAIRLINE_TRY(place.store.List(prefix));
    inventory.keys.insert(keys.begin(), keys.end());
  }
  for (const std::string& id : FAIRLINE_TRY(ListBackups(place.store))) {
    auto manifest = LoadManifest(place.store, id, place.keyring);
    if (manifest) {
      inventory.genuine.push_back(*std::move(manifest));
    } else if (manifest.error().code == ErrorCode::kDataLoss) {
      inventory.unreadable.push_back(id);
    } else {
      return std::unexpected(std::move(manifest).error());
    }
  }
  return inventory;
}

bool IsComplete(const BackupManifest& manifest, const std::set<std::string>& keys) {
  for (size_t i = 0; i < manifest.database_parts.size(); ++i) {
    if (!keys.contains(PartKey(DatabasePrefix(manifest.id), i))) return false;
  }
  return std::ranges::all_of(manifest.objects, [&](const BackedUpObject& object) {
    return keys.contains(SharedObjectKey(object.key));
  });
}

/// What would go.
struct Plan {
  PruneReport report;
  std::vector<std::string> keys;  // in the order of deletion
};

class Planner {
 public:
  Planner(const Inventory& inventory, int64_t now_micros, int64_t keep_days)
      : inventory_(inventory),
        now_micros_(now_micros),
        oldest_kept_micros_(now_micros - keep_days * kMicrosPerDay) {}

  Result<Plan> Make() {
    const auto newest_good = std::find_if(
        inventory_.genuine.rbegin(), inventory_.genuine.rend(),
        [&](const BackupManifest& manifest) { return IsComplete(manifest, inventory_.keys); });
    if (newest_good == inventory_.genuine.rend()) {
      return Fail(ErrorCode::kFailedPrecondition,
                  "no backup there is good, so none is deleted: make a new one first");
    }
    for (const BackupManifest& manifest : inventory_.genuine) {
      const bool goes =
          manifest.created_at_micros < oldest_kept_micros_ && manifest.id != newest_good->id;
      goes ? RemoveBackup(manifest.id) : Keep(manifest);
    }
    for (const std::string& id : inventory_.unreadable) {
      if (TimeOfUuid(id) < oldest_kept_micros_) RemoveBackup(id);
    }
    RemoveUnfinished();
    RemoveUnneeded();
    return std::move(plan_);
  }

 private:
  // The first 48 bits of a UUIDv7 are its milliseconds (RFC 9562).
  static int64_t TimeOfUuid(const std::string& id) {
    return std::stoll(id.substr(0, 8) + id.substr(9, 4), nullptr, 16) * 1000;
  }

  void Keep(const BackupManifest& manifest) {
    for (const BackedUpObject& object : manifest.objects) {
      needed_.insert(SharedObjectKey(object.key));
    }
    if (manifest.wal_start.empty()) return;
    if (first_segment_.empty() || WalPosition(manifest.wal_start) < WalPosition(first_segment_)) {
      first_segment_ = manifest.wal_start;
    }
  }

  void RemoveBackup(const std::string& id) {
    plan_.report.backups.push_back(id);
    plan_.keys.push_back(ManifestKey(id));
    RemoveParts(id);
  }

  void RemoveParts(const std::string& id) {
    const std::string prefix = DatabasePrefix(id) + "/";
    for (auto key = inventory_.keys.lower_bound(prefix);
         key != inventory_.keys.end() && key->starts_with(prefix); ++key) {
      plan_.keys.push_back(*key);
    }
  }

  void RemoveUnfinished() {
    constexpr size_t kIdStart = std::string_view("backups/").size();
    std::set<std::string> ids;
    for (const std::string& key : inventory_.keys) {
      if (key.starts_with("backups/"))
        ids.insert(key.substr(kIdStart, key.find('/', kIdStart) - kIdStart));
    }
    for (const std::string& id : ids) {
      const bool finished = inventory_.keys.contains(ManifestKey(id));
      if (finished || !IsUuid(id) || TimeOfUuid(id) > now_micros_ - kUnfinishedMicros) continue;
      RemoveParts(id);
    }
  }

  void RemoveUnneeded() {
    for (const std::string& key : inventory_.keys) {
      if (key.starts_with("objects/") && !needed_.contains(key)) {
        ++plan_.report.objects;
        plan_.keys.push_back(key);
      }
      const std::string segment = SegmentOfKey(key);
      if (!segment.empty() && !first_segment_.empty() &&
          WalPosition(segment) < WalPosition(first_segment_)) {
        ++plan_.report.wal_segments;
        plan_.keys.push_back(key);
      }
    }
  }

  const Inventory& inventory_;
  const int64_t now_micros_, oldest_kept_micros_;
  std::set<std::string> needed_;
  std::string first_segment_;
  Plan plan_;
};

}  // namespace

Result<PruneReport> PruneBackups(const BackupPlace& place, int64_t keep_days, const Clock& clock,
                                 bool dry_run) {
  const Inventory inventory = FAIRLINE_TRY(TakeInventory(place));
  const Plan plan = FAIRLINE_TRY(Planner(inventory, clock.NowMicros(), keep_days).Make());
  if (!dry_run) {
    for (const std::string& key : plan.keys) FAIRLINE_TRY(place.store.Delete(key));
  }
  return plan.report;
}

}  // namespace fairline
