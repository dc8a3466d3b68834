// A bundle's files. Their list and checksums are in bundle.json; docs/reference/bundle.md describes
// each of them.
#include <fmt/format.h>

#include "fairline/core/hash.h"
#include "fairline/models/bundle.h"
#include "fairline/models/bundle_json.h"
#include "fairline/models/mlflow_model.h"

namespace fairline {
namespace {

constexpr std::string_view kFormat = "fairline.bundle";
constexpr int64_t kFormatVersion = 1;

constexpr const char* kManifest = "bundle.json";
constexpr const char* kTrees = "model.lgb";       // LightGBM's text
constexpr const char* kJsonModel = "model.json";  // an EasyEnsemble or a scorecard
constexpr const char* kPlan = "plan.json";
constexpr const char* kCalibration = "calibration.json";
constexpr const char* kDecision = "decision.json";
constexpr const char* kReasons = "reasons.json";
constexpr const char* kReferences = "references.json";
constexpr const char* kBaseline = "baseline.json";
constexpr const char* kReport = "report.json";
constexpr const char* kLineage = "lineage.json";

const char* FileOf(const Model& model) {
  return std::holds_alternative<TreeEnsemble>(model) ? kTrees : kJsonModel;
}

std::string Document(const Json& json) { return json.Pretty() + "\n"; }

std::unexpected<Error> Damaged(std::string_view file, std::string_view what) {
  return Fail(ErrorCode::kDataLoss, fmt::format("model bundle: {} {}", file, what));
}

/// Puts the file's name in front of an error about its content.
std::unexpected<Error> In(const char* file, Error error) {
  error.message = fmt::format("model bundle: {}: {}", file, error.message);
  return std::unexpected(std::move(error));
}

template <typename T>
Result<T> In(const char* file, Result<T> result) {
  if (!result) return In(file, std::move(result).error());
  return result;
}

Result<Json> ReadDocument(const BundleFiles& files, const char* name) {
  const auto file = files.find(name);
  if (file == files.end()) return Damaged(name, "is missing");
  auto json = Json::Parse(file->second);
  if (!json) return Damaged(name, fmt::format("is not JSON: {}", json.error().message));
  return json;
}

/// Every listed file is there with its checksum, and no other is.
Status CheckChecksums(const BundleFiles& files, const Json& listed) {
  for (const auto& [name, checksum] : listed.object()) {
    const auto file = files.find(name);
    if (file == files.end()) return Damaged(name, "is missing");
    if (!checksum.is_string() || checksum.string() != Sha256Hex(file->second)) {
      return Damaged(name, "is not what was written: its checksum is wrong");
    }
  }
  for (const auto& [name, bytes] : files) {
    if (name != kManifest && listed.Find(name) == nullptr) {
      return Damaged(name, fmt::format("is not listed in {}", kManifest));
    }
  }
  return {};
}

Status CheckManifest(const BundleFiles& files) {
  const Json manifest = FAIRLINE_TRY(ReadDocument(files, kManifest));
  // The version comes first: a newer format may have other keys.
  const Json* version = manifest.Find("format_version");
  if (version != nullptr && version->is_integer() && version->integer() > kFormatVersion) {
    return Fail(
        ErrorCode::kUnsupported,
        fmt::format("model bundle: format version {} is newer than this program, which reads "
                    "up to {}; use the program that wrote it or a newer one",
                    version->integer(), kFormatVersion));
  }
  JsonReader reader(manifest, kManifest);
  if (reader.String("format") != kFormat) reader.Fault("format", "is not fairline.bundle");
  if (reader.Integer("format_version") < 1) reader.Fault("format_version", "is below 1");
  const Json& listed = reader.Value("files");
  if (!listed.is_object()) reader.Fault("files", "is not an object");
  if (auto status = reader.Finish(); !status) {
    return Fail(ErrorCode::kDataLoss, "model bundle: " + status.error().message);
  }
  return CheckChecksums(files, listed);
}

Status ReadModel(const BundleFiles& files, ModelBundle& bundle) {
  const char* name = files.contains(kJsonModel) ? kJsonModel : kTrees;
  const auto file = files.find(name);
  if (file == files.end()) return Damaged(name, "is missing");
  bundle.model_text = file->second;
  bundle.model = FAIRLINE_TRY(In(name, ParseModel(bundle.model_text)));
  if (FileOf(bundle.model) != name) return Damaged(name, "holds a model of another class");
  return {};
}

}  // namespace

Result<BundleFiles> WriteBundle(const ModelBundle& bundle) {
  FAIRLINE_TRY(bundle.Validate());
  BundleFiles files = MlflowFiles(bundle.model, FileOf(bundle.model));
  files[FileOf(bundle.model)] = bundle.model_text;
  files[kPlan] = Document(bundle.plan.ToJson());
  files[kCalibration] = Document(bundle.calibrator ? bundle.calibrator->ToJson() : Json());
  files[kDecision] = Document(DecisionToJson(bundle));
  files[kReasons] = Document(ReasonGroupsToJson(bundle.reason_groups));
  files[kReferences] = Document(ReferencesToJson(bundle.references, bundle.plan));
  files[kBaseline] = Document(bundle.baseline);
  files[kReport] = Document(bundle.report);
  files[kLineage] = Document(bundle.lineage);
  Json manifest;
  manifest["format"] = kFormat;
  manifest["format_version"] = kFormatVersion;
  Json& listed = manifest["files"];
  for (const auto& [name, bytes] : files) listed[name] = Sha256Hex(bytes);
  files[kManifest] = Document(manifest);
  return files;
}

Result<ModelBundle> ReadBundle(const BundleFiles& files) {
  FAIRLINE_TRY(CheckManifest(files));
  ModelBundle bundle;
  FAIRLINE_TRY(ReadModel(files, bundle));
  const Json plan = FAIRLINE_TRY(ReadDocument(files, kPlan));
  bundle.plan = FAIRLINE_TRY(In(kPlan, FeaturePlan::FromJson(plan)));
  const Json calibration = FAIRLINE_TRY(ReadDocument(files, kCalibration));
  if (!calibration.is_null()) {
    bundle.calibrator = FAIRLINE_TRY(In(kCalibration, Calibrator::FromJson(calibration)));
  }
  const Json decision = FAIRLINE_TRY(ReadDocument(files, kDecision));
  FAIRLINE_TRY(In(kDecision, ReadDecision(decision, bundle)));
  const Json reasons = FAIRLINE_TRY(ReadDocument(files, kReasons));
  bundle.reason_groups = FAIRLINE_TRY(In(kReasons, ReasonGroupsFromJson(reasons)));
  const Json references = FAIRLINE_TRY(ReadDocument(files, kReferences));
  bundle.references = FAIRLINE_TRY(In(kReferences, ReferencesFromJson(references, bundle.plan)));
  bundle.baseline = FAIRLINE_TRY(ReadDocument(files, kBaseline));
  bundle.report = FAIRLINE_TRY(ReadDocument(files, kReport));
  bundle.lineage = FAIRLINE_TRY(ReadDocument(files, kLineage));
  FAIRLINE_TRY(bundle.Validate());
  return bundle;
}

std::string BundleDigest(const BundleFiles& files) {
  const auto manifest = files.find(kManifest);
  return manifest == files.end() ? std::string() : Sha256Hex(manifest->second);
}

}  // namespace fairline
