// Evaluates a recorded decision again and compares what follows from its inputs, number by number.
#include "fairline/decisioning/replay.h"

#include <fmt/format.h>

#include <bit>

namespace fairline {
namespace {

// Collects what differs. Numbers are compared by their bits: equal is not enough where -0.0 is not
// 0.0.
class Comparison {
 public:
  void Number(std::string field, double recorded, double replayed) {
    if (std::bit_cast<uint64_t>(recorded) == std::bit_cast<uint64_t>(replayed)) return;
    Differ(std::move(field), Json(recorded).Dump(), Json(replayed).Dump());
  }
  void Text(std::string field, std::string_view recorded, std::string_view replayed) {
    if (recorded != replayed) {
      Differ(std::move(field), std::string(recorded), std::string(replayed));
    }
  }
  void Count(std::string field, size_t recorded, size_t replayed) {
    if (recorded != replayed) {
      Differ(std::move(field), fmt::format("{}", recorded), fmt::format("{}", replayed));
    }
  }
  void Document(std::string field, const Json& recorded, const Json& replayed) {
    Text(std::move(field), recorded.Dump(), replayed.Dump());
  }

  std::vector<ReplayDifference> Take() { return std::move(differences_); }

 private:
  void Differ(std::string field, std::string recorded, std::string replayed) {
    differences_.push_back({std::move(field), std::move(recorded), std::move(replayed)});
  }

  std::vector<ReplayDifference> differences_;
};

template <typename T>
Json OrNull(const std::optional<T>& value) {
  return value ? Json(*value) : Json();
}

void CompareApplications(const Application& recorded, const Application& replayed,
                         Comparison& comparison) {
  // A reference may also have come beside the features.
  if (!replayed.external_ref.empty()) {
    comparison.Text("external_ref", recorded.external_ref, replayed.external_ref);
  }
  comparison.Document("amount_minor", OrNull(recorded.amount_minor), OrNull(replayed.amount_minor));
  comparison.Document("features", recorded.features, replayed.features);
}

void CompareAttributions(const Attributions& recorded, const Attributions& replayed,
                         const std::vector<std::string>& recorded_names,
                         const std::vector<std::string>& names, Comparison& comparison) {
  comparison.Text("attributions.method", recorded.method, replayed.method);
  comparison.Text("attributions.space", recorded.space, replayed.space);
  comparison.Number("attributions.base", recorded.base, replayed.base);
  if (recorded_names != names || recorded.values.size() != replayed.values.size()) {
    return comparison.Document("attributions.features", Json::ArrayOf(recorded_names),
                               Json::ArrayOf(names));
  }
  for (size_t i = 0; i < recorded.values.size(); ++i) {
    comparison.Number(fmt::format("attributions.{}", names[i]), recorded.values[i],
                      replayed.values[i]);
  }
}

void CompareReasons(const std::vector<Reason>& recorded, const std::vector<Reason>& replayed,
                    Comparison& comparison) {
  comparison.Count("reasons", recorded.size(), replayed.size());
  for (size_t i = 0; i < std::min(recorded.size(), replayed.size()); ++i) {
    const auto field = [i](std::string_view name) {
      return fmt::format("reasons[{}].{}", i, name);
    };
    comparison.Document(field("rank"), recorded[i].rank, replayed[i].rank);
    comparison.Text(field("code"), recorded[i].code, replayed[i].code);
    comparison.Text(field("text"), recorded[i].text, replayed[i].text);
    comparison.Number(field("difference"), recorded[i].difference, replayed[i].difference);
    comparison.Document(field("features"), Json::ArrayOf(recorded[i].features),
                        Json::ArrayOf(replayed[i].features));
  }
}

void CompareEvaluations(const Evaluation& recorded, const Evaluation& replayed,
                        Comparison& comparison) {
  comparison.Number("raw_score", recorded.score.raw_score, replayed.score.raw_score);
  comparison.Number("model_score", recorded.score.model_score, replayed.score.model_score);
  comparison.Document("pd", OrNull(recorded.score.pd), OrNull(replayed.score.pd));
  comparison.Text("probability_kind", ProbabilityKindName(recorded.probability_kind),
                  ProbabilityKindName(replayed.probability_kind));
  comparison.Number("probability", recorded.probability, replayed.probability);
  comparison.Number("threshold", recorded.threshold, replayed.threshold);
  comparison.Text("risk_score", RiskScore(recorded), RiskScore(replayed));
  comparison.Text("outcome", OutcomeName(recorded.outcome), OutcomeName(replayed.outcome));
}

Status CheckNotErased(const DecisionRecord& record) {
  if (!record.erased_at_micros) return {};
  return Fail(ErrorCode::kFailedPrecondition,
              fmt::format("erased: the applicant's data were destroyed at {}, there is nothing to "
                          "replay",
                          FormatTimestamp(*record.erased_at_micros)));
}

}  // namespace

Result<std::vector<ReplayDifference>> Replayer::Replay(const DecisionRecord& record) {
  FAIRLINE_TRY(CheckNotErased(record));
  const auto deployment = FAIRLINE_TRY(DeploymentOf(record));
  const auto application =
      ReadApplication(deployment->bundle.plan.signature(), record.application.features);
  if (!application) {
    return Fail(ErrorCode::kDataLoss,
                fmt::format("the recorded features of decision {} do not fit its model: {}",
                            record.decision_id, application.error().message));
  }
  const Evaluation evaluation = FAIRLINE_TRY(Evaluate(*deployment, *application));
  Comparison comparison;
  CompareApplications(record.application, *application, comparison);
  CompareEvaluations(record.evaluation, evaluation, comparison);
  CompareAttributions(record.evaluation.attributions, evaluation.attributions,
                      record.layout->attributions, deployment->layout->attributions, comparison);
  CompareReasons(record.evaluation.reasons, evaluation.reasons, comparison);
  return comparison.Take();
}

Result<Evaluation> Replayer::WhatIf(const DecisionRecord& record, const Deployment& deployment) {
  FAIRLINE_TRY(CheckNotErased(record));
  const Signature& signature = deployment.bundle.plan.signature();
  Json::Object known;
  for (const auto& [name, value] : record.application.features.object()) {
    if (signature.Find(name) >= 0) known.emplace_back(name, value);
  }
  const auto application = ReadApplication(signature, Json(std::move(known)));
  if (!application) {
    return Fail(
        ErrorCode::kFailedPrecondition,
        fmt::format("the recorded features do not fit the model: {}", application.error().message));
  }
  return Evaluate(deployment, *application);
}

Result<std::shared_ptr<const Deployment>> Replayer::DeploymentOf(const DecisionRecord& record) {
  const std::string key = fmt::format("{}|{}|{}|{}|{}", record.bundle_digest, record.policy.version,
                                      record.policy.review_band, record.application.product,
                                      record.application.currency);
  const std::lock_guard lock(mutex_);
  if (const auto known = deployments_.find(key); known != deployments_.end()) return known->second;
  const ModelVersion version{.name = record.model_name,
                             .version = record.model_version,
                             .bundle_digest = record.bundle_digest};
  auto deployment = FAIRLINE_TRY(LoadDeployment(
      registry_, version, record.policy, record.application.product, record.application.currency));
  return deployments_.emplace(key, std::move(deployment)).first->second;
}

}  // namespace fairline
