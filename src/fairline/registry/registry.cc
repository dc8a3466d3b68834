// Every change of the registry is one write transaction that also appends its audit events. Bundles
// are stored before the row that names them, so a version never points at nothing.
#include "fairline/registry/registry.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "fairline/registry/model_change.h"

namespace fairline {
namespace {

constexpr std::array<std::string_view, 4> kStageNames = {"None", "Staging", "Production",
                                                         "Archived"};
constexpr size_t kNameBytes = 255;

bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

Status CheckName(std::string_view name) {
  const bool fits = !name.empty() && name.size() <= kNameBytes &&
                    name.find_first_of("/:") == std::string_view::npos &&
                    std::ranges::none_of(name, IsControl);
  if (fits) return {};
  return Fail(ErrorCode::kInvalidArgument,
              fmt::format("a model's name has 1 to {} characters and no '/', ':' or control "
                          "characters",
                          kNameBytes));
}

std::unexpected<Error> NoSuchModel(std::string_view name) {
  return Fail(ErrorCode::kNotFound, fmt::format("there is no registered model \"{}\"", name));
}

std::unexpected<Error> NoSuchVersion(std::string_view name, int64_t version) {
  return Fail(ErrorCode::kNotFound,
              fmt::format("the model \"{}\" has no version {}", name, version));
}

/// What is registered may decide, and a decision cannot know what comes after it.
Status CheckLearnsFromThePast(const ModelBundle& bundle) {
  const auto& late = bundle.plan.post_decision();
  if (late.empty()) return {};
  return Fail(
      ErrorCode::kFailedPrecondition,
      fmt::format("the model learned from what is known only after the decision ({}): it is "
                  "for study and cannot be registered",
                  fmt::join(late, ", ")));
}

}  // namespace

std::string_view StageName(Stage stage) { return kStageNames[static_cast<size_t>(stage)]; }

Result<Stage> ParseStage(std::string_view name) {
  const auto same_letter = [](unsigned char a, unsigned char b) {
    return std::tolower(a) == std::tolower(b);
  };
  for (size_t i = 0; i < kStageNames.size(); ++i) {
    if (std::ranges::equal(name, kStageNames[i], same_letter)) return static_cast<Stage>(i);
  }
  return Fail(
      ErrorCode::kInvalidArgument,
      fmt::format("\"{}\" is not a stage: use None, Staging, Production or Archived", name));
}

Registry::Registry(Database& database, ObjectStore& objects, const Clock& clock, IdGenerator& ids)
    : database_(database), objects_(objects), clock_(clock), ids_(ids) {}

Result<ModelVersion> Registry::Register(std::string_view name, const BundleFiles& files,
                                        std::string_view description, const Change& change) {
  FAIRLINE_TRY(CheckName(name));
  FAIRLINE_TRY(CheckLearnsFromThePast(FAIRLINE_TRY(ReadBundle(files))));
  const std::string digest = BundleDigest(files);
  for (const auto& [file, bytes] : files) {
    FAIRLINE_TRY(objects_.Put(fmt::format("bundles/{}/{}", digest, file), bytes));
  }
  ModelVersion added;
  FAIRLINE_TRY(database_.Write([&](Transaction& transaction) -> Status {
    ModelChange model(transaction, name, "models.register", change, ids_);
    FAIRLINE_TRY(model.Begin(clock_));
    added = FAIRLINE_TRY(model.Add(digest, description));
    return {};
  }));
  return added;
}

Result<ModelVersion> Registry::Transition(std::string_view name, int64_t version, Stage stage,
                                          bool archive_existing, const Change& change) {
  if (archive_existing && stage != Stage::kStaging && stage != Stage::kProduction) {
    return Fail(ErrorCode::kInvalidArgument,
                "existing versions can be archived only on a move to Staging or Production");
  }
  ModelVersion moved;
  FAIRLINE_TRY(database_.Write([&](Transaction& transaction) -> Status {
    ModelChange model(transaction, name, "models.transition", change, ids_);
    FAIRLINE_TRY(model.Begin(clock_));
    if (model.versions().empty()) return NoSuchModel(name);
    ModelVersion* chosen = model.Find(version);
    if (chosen == nullptr) return NoSuchVersion(name, version);
    std::vector<ModelVersion*> others;
    if (archive_existing) others = model.InStage(stage, version);
    moved = FAIRLINE_TRY(model.Move(*chosen, stage, others));
    return {};
  }));
  return moved;
}

Result<ModelVersion> Registry::Rollback(std::string_view name, const Change& change) {
  ModelVersion restored;
  FAIRLINE_TRY(database_.Write([&](Transaction& transaction) -> Status {
    ModelChange model(transaction, name, "models.rollback", change, ids_);
    FAIRLINE_TRY(model.Begin(clock_));
    if (model.versions().empty()) return NoSuchModel(name);
    ModelVersion* previous = FAIRLINE_TRY(model.LastToLeaveProduction());
    if (previous == nullptr) {
      return Fail(ErrorCode::kFailedPrecondition,
                  fmt::format("no earlier version of \"{}\" has been in Production: there is "
                              "nothing to go back to",
                              name));
    }
    const auto present = model.InStage(Stage::kProduction, previous->version);
    restored = FAIRLINE_TRY(model.Move(*previous, Stage::kProduction, present));
    return {};
  }));
  return restored;
}

Result<std::vector<ModelVersion>> Registry::List(std::optional<std::string_view> name) {
  const std::string select = fmt::format("SELECT {} FROM model_versions", kModelVersionColumns);
  if (!name) {
    return ModelVersionsOf(FAIRLINE_TRY(database_.Query(select + " ORDER BY name, version")));
  }
  auto versions = FAIRLINE_TRY(ModelVersionsOf(FAIRLINE_TRY(
      database_.Query(select + " WHERE name = $1 ORDER BY version", {std::string(*name)}))));
  if (versions.empty()) return NoSuchModel(*name);
  return versions;
}

Result<ModelVersion> Registry::Get(std::string_view name, int64_t version) {
  const auto versions = FAIRLINE_TRY(List(name));
  const auto found = std::ranges::find(versions, version, &ModelVersion::version);
  if (found == versions.end()) return NoSuchVersion(name, version);
  return *found;
}

Result<std::vector<ModelVersion>> Registry::InProduction() {
  const auto rows = FAIRLINE_TRY(database_.Query(
      fmt::format("SELECT {} FROM model_versions v WHERE stage = 'Production' AND version = "
                  "(SELECT MAX(version) FROM model_versions WHERE name = v.name AND stage = "
                  "'Production') ORDER BY name",
                  kModelVersionColumns)));
  return ModelVersionsOf(rows);
}

Result<std::vector<AuditEvent>> Registry::History(std::string_view name, int64_t version) {
  FAIRLINE_TRY(Get(name, version));
  return EventsOf(database_, kModelVersionEntity, ModelVersionId(name, version));
}

Result<BundleFiles> Registry::ReadFiles(std::string_view bundle_digest) {
  const std::string folder = fmt::format("bundles/{}/", bundle_digest);
  BundleFiles files;
  for (const std::string& key : FAIRLINE_TRY(objects_.List(folder))) {
    files[key.substr(folder.size())] = FAIRLINE_TRY(objects_.Get(key));
  }
  if (files.empty()) {
    return Fail(ErrorCode::kNotFound,
                fmt::format("the stored bundle {} is missing", bundle_digest));
  }
  if (BundleDigest(files) != bundle_digest) {
    return Fail(
        ErrorCode::kDataLoss,
        fmt::format("the stored bundle {} is damaged: its bundle.json has changed", bundle_digest));
  }
  return files;
}

}  // namespace fairline
