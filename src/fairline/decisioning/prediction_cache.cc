// A cached value is a line of JSON and the attributions of record_payload.h. One that does not read
// back is a miss.
#include "fairline/decisioning/prediction_cache.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "fairline/core/clock.h"
#include "fairline/core/encoding.h"
#include "fairline/crypto/keyed_hash.h"
#include "fairline/crypto/seal.h"
#include "fairline/decisioning/record_payload.h"

namespace fairline {
namespace {

std::string Encode(const Evaluation& evaluation, int64_t cost_micros) {
  const Score& score = evaluation.score;
  const Json head = Json::Object{{"cost_micros", cost_micros},
                                 {"raw_score", score.raw_score},
                                 {"model_score", score.model_score},
                                 {"pd", score.pd ? Json(*score.pd) : Json()},
                                 {"kind", ProbabilityKindName(evaluation.probability_kind)},
                                 {"probability", evaluation.probability},
                                 {"threshold", evaluation.threshold},
                                 {"outcome", OutcomeName(evaluation.outcome)},
                                 {"reasons", ReasonsJson(evaluation.reasons)}};
  return head.Dump() + "\n" + EncodeAttributions(evaluation.attributions);
}

struct Cached {
  Evaluation evaluation;
  int64_t cost_micros = 0;
};

Result<Cached> Decode(std::string_view bytes, size_t attributions) {
  const size_t end = bytes.find('\n');
  if (end == std::string_view::npos) return Fail(ErrorCode::kDataLoss, "not a cached prediction");
  const Json head = FAIRLINE_TRY(Json::Parse(bytes.substr(0, end)));
  JsonReader reader(head, "cached prediction");
  Cached cached;
  cached.cost_micros = reader.Integer("cost_micros");
  Evaluation& evaluation = cached.evaluation;
  evaluation.score.raw_score = reader.Number("raw_score");
  evaluation.score.model_score = reader.Number("model_score");
  if (reader.ValueOr("pd") != nullptr) evaluation.score.pd = reader.Number("pd");
  evaluation.probability_kind = reader.String("kind") == ProbabilityKindName(ProbabilityKind::kPd)
                                    ? ProbabilityKind::kPd
                                    : ProbabilityKind::kModelScore;
  evaluation.probability = reader.Number("probability");
  evaluation.threshold = reader.Number("threshold");
  evaluation.reject = evaluation.probability >= evaluation.threshold;
  const std::string outcome = reader.String("outcome");
  const Json& reasons = reader.Value("reasons");
  FAIRLINE_TRY(reader.Finish());
  evaluation.outcome = FAIRLINE_TRY(ParseOutcome(outcome));
  evaluation.reasons = FAIRLINE_TRY(ReasonsOf(reasons));
  evaluation.attributions = FAIRLINE_TRY(DecodeAttributions(bytes.substr(end + 1), attributions));
  return cached;
}

prometheus::Counter& Requests(Metrics& metrics, const char* result) {
  return metrics.Counter("fairline_prediction_cache_requests_total",
                         "Evaluations looked for in the prediction cache.", {{"result", result}});
}

}  // namespace

PredictionCache::PredictionCache(Cache& cache, const SecretKey& key, int64_t ttl_seconds,
                                 Metrics& metrics)
    : cache_(cache),
      names_(key.Derive("fairline prediction cache names")),
      values_(key.Derive("fairline prediction cache values")),
      ttl_seconds_(ttl_seconds),
      hits_(Requests(metrics, "hit")),
      misses_(Requests(metrics, "miss")),
      saved_seconds_(metrics.Counter("fairline_prediction_cache_saved_seconds_total",
                                     "Time that evaluations found in the cache had taken.")) {}

Result<Evaluation> PredictionCache::Evaluate(const Deployment& deployment,
                                             const Application& application) {
  const std::string name = KeyOf(deployment, application);
  const size_t attributions = deployment.layout->attributions.size();
  if (const auto sealed = cache_.Get(name)) {
    const auto bytes = Unseal(values_, *sealed, name);
    auto cached = bytes ? Decode(*bytes, attributions) : std::unexpected(bytes.error());
    if (cached) {
      hits_.Increment();
      saved_seconds_.Increment(static_cast<double>(cached->cost_micros) * 1e-6);
      return std::move(cached->evaluation);
    }
  }
  misses_.Increment();
  const int64_t begin = SystemClock().MonotonicMicros();
  Evaluation evaluation = FAIRLINE_TRY(fairline::Evaluate(deployment, application));
  const int64_t cost = SystemClock().MonotonicMicros() - begin;
  cache_.Put(name, Seal(values_, Encode(evaluation, cost), name), ttl_seconds_);
  return evaluation;
}

// The features are in signature order and written as received, so equal text is an equal request.
// The caller's reference among them is no model input: the same features of another applicant hit.
std::string PredictionCache::KeyOf(const Deployment& deployment,
                                   const Application& application) const {
  const Signature& signature = deployment.bundle.plan.signature();
  Json::Object features = application.features.object();
  std::erase_if(features, [&](const auto& member) {
    const int index = signature.Find(member.first);
    return index >= 0 && signature.fields()[static_cast<size_t>(index)].role == FieldRole::kId;
  });
  const Policy& policy = deployment.policy;
  return "prediction:" +
         ToHex(KeyedHash(
             names_, fmt::format("{}\n{}\n{}\n{}", deployment.version.bundle_digest, policy.version,
                                 policy.review_band, Json(std::move(features)).Dump())));
}

}  // namespace fairline
