#include "fairline/cli/batch/batch_scorer.h"

#include <algorithm>

#include "fairline/core/limits.h"
#include "fairline/training/parallel.h"

namespace fairline {
namespace {

// Long enough to be worth a thread's while, short enough to keep all of them busy to the end.
constexpr size_t kRowsPerPiece = 256;
constexpr size_t kExplainedRowsPerPiece = 8;

}  // namespace

BatchScorer::BatchScorer(const ModelBundle& bundle, bool explain) : bundle_(bundle) {
  if (explain) explainer_.emplace(bundle.model);
}

std::vector<Prediction> BatchScorer::Predict(const ApplicantChunk& chunk) const {
  std::vector<Prediction> predictions(chunk.rows());
  const size_t width = bundle_.plan.signature().size();
  const size_t rows_per_piece = explainer_ ? kExplainedRowsPerPiece : kRowsPerPiece;
  const size_t pieces = (chunk.rows() + rows_per_piece - 1) / rows_per_piece;
  const auto score = [&](size_t piece) -> Status {
    std::vector<double> features(bundle_.plan.size());
    const size_t end = std::min(chunk.rows(), (piece + 1) * rows_per_piece);
    for (size_t row = piece * rows_per_piece; row < end; ++row) {
      predictions[row] = PredictRow({chunk.raw.data() + row * width, width}, features);
    }
    return {};
  };
  ParallelFor(pieces, CoreCount(), score).value();  // no piece fails
  return predictions;
}

Prediction BatchScorer::PredictRow(std::span<const double> raw, std::span<double> features) const {
  bundle_.plan.Apply(raw, features);
  const Score score = ScoreFeatures(bundle_, features);
  Prediction prediction;
  const bool is_pd = bundle_.cut_off->kind == ProbabilityKind::kPd;
  prediction.probability = is_pd ? score.pd.value() : score.model_score;
  prediction.reject = prediction.probability >= bundle_.cut_off->threshold;
  if (explainer_) {
    std::vector<double> attributions(features.size());
    explainer_->Explain(features, attributions);
    prediction.reasons =
        AdverseReasons(bundle_, attributions, ReasonPopulation(bundle_), limits::kReasons);
  }
  return prediction;
}

}  // namespace fairline
