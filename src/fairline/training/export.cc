// Raw arrays: any language reads them in one line, and no digit is lost.
#include "fairline/training/export.h"

#include <fmt/format.h>

#include <bit>
#include <span>
#include <string>

namespace fairline {
namespace {

std::string Float64Bytes(std::span<const double> numbers) {
  std::string bytes;
  bytes.reserve(numbers.size() * 8);
  for (double number : numbers) {
    const auto bits = std::bit_cast<uint64_t>(number);
    for (int i = 0; i < 8; ++i) bytes.push_back(static_cast<char>(bits >> (8 * i) & 0xff));
  }
  return bytes;
}

template <typename T>
std::string ByteEach(const std::vector<T>& numbers) {
  std::string bytes;
  for (T number : numbers) bytes.push_back(static_cast<char>(number));
  return bytes;
}

/// A fold's model or the final one.
std::string ModelFile(const TrainedModel& trained, std::string_view name) {
  const bool trees = std::holds_alternative<TreeEnsemble>(trained.bundle.model);
  return fmt::format("{}{}", name, trees ? ".lgb.txt" : ".json");
}

Json FoldsToJson(const TrainedModel& trained) {
  Json json = Json::MakeArray();
  for (size_t i = 0; i < trained.cross_validation.folds.size(); ++i) {
    const FoldModel& fold = trained.cross_validation.folds[i];
    Json item;
    item["fold"] = i;
    item["model"] = ModelFile(trained, fmt::format("fold_{}", i));
    if (fold.best_round > 0) {
      item["best_round"] = fold.best_round;
      item["weight_of_default"] = fold.weights.of_default;
      item["weight_of_other"] = fold.weights.of_other;
    }
    json.Append(std::move(item));
  }
  return json;
}

Json Description(const TrainedModel& trained, const TrainingConfig& config) {
  Json json;
  json["rows"] = trained.matrix.rows;
  json["columns"] = trained.matrix.columns();
  json["names"] = Json::ArrayOf(trained.matrix.names);
  json["categorical"] = Json::ArrayOf(trained.matrix.categorical);
  json["algorithm"] = AlgorithmName(config.algorithm);
  const auto& folds = trained.cross_validation.folds;
  const Json of_learner = MakeLearner(config)->Lineage(trained.matrix, folds);
  for (const auto& [key, value] : of_learner.object()) json[key] = value;
  if (config.algorithm == Algorithm::kLightGbm) json["max_rounds"] = config.lightgbm.max_rounds;
  json["folds"] = FoldsToJson(trained);
  return json;
}

}  // namespace

BundleFiles ExportTraining(const TrainedModel& trained, const TrainingConfig& config) {
  BundleFiles files;
  files["matrix.json"] = Description(trained, config).Pretty() + "\n";
  files["matrix.f64"] = Float64Bytes(trained.matrix.values);
  files["target.u8"] = ByteEach(trained.outcomes);
  files["folds.u8"] = ByteEach(trained.folds);
  std::vector<double> raw_scores;
  for (const ModelOutput& output : trained.cross_validation.outputs) {
    raw_scores.push_back(output.raw_score);
  }
  files["raw_scores.f64"] = Float64Bytes(raw_scores);
  files["probabilities.f64"] = Float64Bytes(trained.probabilities);
  files[ModelFile(trained, "final")] = trained.bundle.model_text;
  for (size_t i = 0; i < trained.cross_validation.folds.size(); ++i) {
    files[ModelFile(trained, fmt::format("fold_{}", i))] =
        trained.cross_validation.folds[i].model_text;
  }
  return files;
}

}  // namespace fairline
