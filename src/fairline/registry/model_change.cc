// The statements that change the registry. Every one of them goes with an audit event.
#include "fairline/registry/model_change.h"

#include <fmt/format.h>

#include <algorithm>

namespace fairline {
namespace {

Result<ModelVersion> VersionOf(const Row& row) {
  ModelVersion version;
  version.name = std::get<std::string>(row[0]);
  version.version = std::get<int64_t>(row[1]);
  version.stage = FAIRLINE_TRY(ParseStage(std::get<std::string>(row[2])));
  version.bundle_digest = std::get<std::string>(row[3]);
  version.description = std::get<std::string>(row[4]);
  version.created_at_micros = FAIRLINE_TRY(ParseTimestamp(std::get<std::string>(row[5])));
  version.updated_at_micros = FAIRLINE_TRY(ParseTimestamp(std::get<std::string>(row[6])));
  return version;
}

}  // namespace

std::string ModelVersionId(std::string_view name, int64_t version) {
  return fmt::format("{}/{}", name, version);
}

Result<std::vector<ModelVersion>> ModelVersionsOf(const std::vector<Row>& rows) {
  std::vector<ModelVersion> versions;
  for (const Row& row : rows) versions.push_back(FAIRLINE_TRY(VersionOf(row)));
  return versions;
}

ModelChange::ModelChange(Transaction& transaction, std::string_view name, std::string_view action,
                         const Change& change, IdGenerator& ids)
    : transaction_(transaction), name_(name), action_(action), change_(change), ids_(ids) {}

Status ModelChange::Begin(const Clock& clock) {
  versions_ = FAIRLINE_TRY(ModelVersionsOf(FAIRLINE_TRY(transaction_.Query(
      fmt::format("SELECT {} FROM model_versions WHERE name = $1 ORDER BY version",
                  kModelVersionColumns),
      {name_}))));
  now_micros_ = clock.NowMicros();
  for (const ModelVersion& version : versions_) {
    now_micros_ = std::max(now_micros_, version.updated_at_micros + 1);
  }
  return {};
}

ModelVersion* ModelChange::Find(int64_t version) {
  const auto found = std::ranges::find(versions_, version, &ModelVersion::version);
  return found == versions_.end() ? nullptr : &*found;
}

std::vector<ModelVersion*> ModelChange::InStage(Stage stage, int64_t except) {
  std::vector<ModelVersion*> found;
  for (ModelVersion& version : versions_) {
    if (version.stage == stage && version.version != except) found.push_back(&version);
  }
  return found;
}

Result<ModelVersion*> ModelChange::LastToLeaveProduction() {
  const auto rows = FAIRLINE_TRY(
      transaction_.Query("SELECT metadata FROM audit_log WHERE entity_type = $1 AND entity_id IN "
                         "(SELECT name || '/' || version FROM model_versions WHERE name = $2) "
                         "ORDER BY timestamp DESC, event_id DESC",
                         {std::string(kModelVersionEntity), name_}));
  const Json production(StageName(Stage::kProduction));
  for (const Row& row : rows) {
    const Json event = FAIRLINE_TRY(Json::Parse(std::get<std::string>(row[0])));
    const Json *from = event.Find("from"), *to = event.Find("to"), *of = event.Find("version");
    if (from == nullptr || to == nullptr || of == nullptr || !of->is_integer()) continue;
    const bool left = *from == production && !(*to == production);
    ModelVersion* version = left ? Find(of->integer()) : nullptr;
    if (version != nullptr && version->stage != Stage::kProduction) return version;
  }
  return nullptr;
}

Result<ModelVersion> ModelChange::Add(std::string_view digest, std::string_view description) {
  const std::string at = FormatTimestamp(now_micros_);
  FAIRLINE_TRY(
      transaction_.Execute("INSERT INTO registered_models (name, created_at) VALUES ($1, $2) "
                           "ON CONFLICT (name) DO NOTHING",
                           {name_, at}));
  const ModelVersion added{.name = name_,
                           .version = versions_.empty() ? 1 : versions_.back().version + 1,
                           .stage = Stage::kNone,
                           .bundle_digest = std::string(digest),
                           .description = std::string(description),
                           .created_at_micros = now_micros_,
                           .updated_at_micros = now_micros_};
  FAIRLINE_TRY(transaction_.Execute(
      fmt::format("INSERT INTO model_versions ({}) VALUES ($1, $2, $3, $4, $5, $6, $6)",
                  kModelVersionColumns),
      {name_, added.version, std::string(StageName(added.stage)), added.bundle_digest,
       added.description, at}));
  Json metadata = Metadata(added.version);
  metadata["bundle_digest"] = added.bundle_digest;
  FAIRLINE_TRY(Append(added.version, std::move(metadata)));
  return added;
}

Result<ModelVersion> ModelChange::Move(ModelVersion& version, Stage stage,
                                       const std::vector<ModelVersion*>& others) {
  Json archived = Json::MakeArray();
  for (ModelVersion* other : others) {
    archived.Append(other->version);
    FAIRLINE_TRY(SetStage(*other, Stage::kArchived, Json::MakeArray()));
  }
  FAIRLINE_TRY(SetStage(version, stage, std::move(archived)));
  return version;
}

Json ModelChange::Metadata(int64_t version) const {
  Json metadata = Json::MakeObject();
  metadata["model"] = name_;
  metadata["version"] = version;
  metadata["reason"] = change_.reason;
  return metadata;
}

Status ModelChange::SetStage(ModelVersion& version, Stage stage, Json archived) {
  Json metadata = Metadata(version.version);
  metadata["from"] = StageName(version.stage);
  metadata["to"] = StageName(stage);
  metadata["archived"] = std::move(archived);
  version.stage = stage;
  version.updated_at_micros = now_micros_;
  FAIRLINE_TRY(transaction_.Execute(
      "UPDATE model_versions SET stage = $1, updated_at = $2 WHERE name = $3 AND version = $4",
      {std::string(StageName(stage)), FormatTimestamp(now_micros_), name_, version.version}));
  return Append(version.version, std::move(metadata));
}

Status ModelChange::Append(int64_t version, Json metadata) {
  return AppendEvent(transaction_, {.id = ids_.Next(),
                                    .entity_type = std::string(kModelVersionEntity),
                                    .entity_id = ModelVersionId(name_, version),
                                    .action = action_,
                                    .user_id = change_.user_id,
                                    .metadata = std::move(metadata),
                                    .created_at_micros = now_micros_});
}

}  // namespace fairline
