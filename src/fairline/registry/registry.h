// The model registry: models, their versions and stages, with a history of every change.
// Bundles lie in the object store under bundles/<digest>/, so equal bundles are stored once.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fairline/core/clock.h"
#include "fairline/core/ids.h"
#include "fairline/core/result.h"
#include "fairline/ledger/audit.h"
#include "fairline/models/bundle.h"
#include "fairline/storage/database.h"
#include "fairline/storage/object_store.h"

namespace fairline {

enum class Stage { kNone, kStaging, kProduction, kArchived };
std::string_view StageName(Stage stage);          // None, Staging, Production, Archived
Result<Stage> ParseStage(std::string_view name);  // any case

struct ModelVersion {
  std::string name;
  int64_t version = 0;
  Stage stage = Stage::kNone;
  std::string bundle_digest;
  std::string description;
  int64_t created_at_micros = 0;
  int64_t updated_at_micros = 0;
};

/// Who changes the registry, and why. Recorded with every change.
struct Change {
  std::string user_id;
  std::string reason;
};

class Registry {
 public:
  /// References must outlive the registry.
  Registry(Database& database, ObjectStore& objects, const Clock& clock, IdGenerator& ids);

  /// Stores the bundle (validated) as the next version of `name`; the model is made on first use.
  /// Names: 1 to 255 characters without '/' and ':'.
  Result<ModelVersion> Register(std::string_view name, const BundleFiles& files,
                                std::string_view description, const Change& change);
  /// With `archive_existing`, every other version of the model in `stage` moves to Archived in the
  /// same transaction; legal for Staging and Production only. A version without a bound cut-off may
  /// enter Production (it scores and attributes, decisions answer 409).
  Result<ModelVersion> Transition(std::string_view name, int64_t version, Stage stage,
                                  bool archive_existing, const Change& change);
  /// The version that was in Production before the present one becomes Production again and the
  /// present one Archived, in one transaction. kFailedPrecondition when there is none.
  Result<ModelVersion> Rollback(std::string_view name, const Change& change);

  /// All versions of all models, or of one; by name, then version. kNotFound for an unknown name.
  Result<std::vector<ModelVersion>> List(std::optional<std::string_view> name = std::nullopt);
  Result<ModelVersion> Get(std::string_view name, int64_t version);
  /// The highest version in Production of each model that has one.
  Result<std::vector<ModelVersion>> InProduction();
  /// Every change of a model version, oldest first.
  Result<std::vector<AuditEvent>> History(std::string_view name, int64_t version);

  Result<BundleFiles> ReadFiles(std::string_view bundle_digest);

 private:
  Database& database_;
  ObjectStore& objects_;
  const Clock& clock_;
  IdGenerator& ids_;
};

}  // namespace fairline
