// One change of one model's versions inside a write transaction, with its audit events.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fairline/registry/registry.h"

namespace fairline {

/// Entity of a model version in the audit log; its id is `name/version`.
inline constexpr std::string_view kModelVersionEntity = "model_version";
std::string ModelVersionId(std::string_view name, int64_t version);

inline constexpr std::string_view kModelVersionColumns =
    "name, version, stage, bundle_digest, description, created_at, updated_at";
/// Rows of kModelVersionColumns.
Result<std::vector<ModelVersion>> ModelVersionsOf(const std::vector<Row>& rows);

class ModelChange {
 public:
  /// `action` is the operation's dotted name. References must outlive the change.
  ModelChange(Transaction& transaction, std::string_view name, std::string_view action,
              const Change& change, IdGenerator& ids);

  /// Reads the versions and fixes the time of the change: later than every change before it, even
  /// when the clock has stepped back, because a rollback goes by the order of the history.
  Status Begin(const Clock& clock);

  /// The model's versions, in order; empty for a model that does not exist yet.
  const std::vector<ModelVersion>& versions() const { return versions_; }
  /// nullptr when there is no such version.
  ModelVersion* Find(int64_t version);
  std::vector<ModelVersion*> InStage(Stage stage, int64_t except);
  /// The version that left Production last and is not there now; nullptr when there is none.
  Result<ModelVersion*> LastToLeaveProduction();

  /// Stores the next version, and the model with its first.
  Result<ModelVersion> Add(std::string_view digest, std::string_view description);
  /// Moves `version` to `stage` and the `others` to Archived.
  Result<ModelVersion> Move(ModelVersion& version, Stage stage,
                            const std::vector<ModelVersion*>& others);

 private:
  Json Metadata(int64_t version) const;
  Status SetStage(ModelVersion& version, Stage stage, Json archived);
  Status Append(int64_t version, Json metadata);

  Transaction& transaction_;
  const std::string name_;
  const std::string action_;
  const Change& change_;
  IdGenerator& ids_;
  std::vector<ModelVersion> versions_;
  int64_t now_micros_ = 0;
};

}  // namespace fairline
