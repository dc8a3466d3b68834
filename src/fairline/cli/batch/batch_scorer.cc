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

BatchScorer::BatchScorer(const ModelBundle& bundle, bool explain)
    : bundle_(bundle), scorer_(CompileScorer(bundle.model)), reasons_(bundle) {
  if (explain) explainer_ = MakeExplainer(bundle.model);
}

std::vector<Prediction> BatchScorer::Predict(const ApplicantChunk& chunk) const {
  std::vector<Prediction> predictions(chunk.rows());
  const size_t rows_per_piece = explainer_ ? kExplainedRowsPerPiece : kRowsPerPiece;
  const size_t pieces = (chunk.rows() + rows_per_piece - 1) / rows_per_piece;
  const auto score = [&](size_t piece) -> Status {
    const size_t first = piece * rows_per_piece;
    const size_t count = std::min(rows_per_piece, chunk.rows() - first);
    PredictRows(chunk, first, std::span(predictions).subspan(first, count));
    return {};
  };
  ParallelFor(pieces, CoreCount(), score).value();  // no piece fails
  return predictions;
}

void BatchScorer::PredictRows(const ApplicantChunk& chunk, size_t first,
                              std::span<Prediction> predictions) const {
  const size_t raw_width = bundle_.plan.signature().size(), width = bundle_.plan.size();
  std::vector<double> features(predictions.size() * width);
  std::vector<ModelOutput> outputs(predictions.size());
  for (size_t i = 0; i < predictions.size(); ++i) {
    bundle_.plan.Apply({chunk.raw.data() + (first + i) * raw_width, raw_width},
                       {features.data() + i * width, width});
  }
  std::vector<const double*> columns(width);
  for (size_t f = 0; f < width; ++f) columns[f] = features.data() + f;
  scorer_->ScoreRows({columns, width}, outputs);

  const bool is_pd = bundle_.cut_off->kind == ProbabilityKind::kPd;
  std::vector<double> attributions(explainer_ ? features.size() : 0);
  if (explainer_) explainer_->ExplainRows(features, attributions);
  for (size_t i = 0; i < predictions.size(); ++i) {
    const Score score = ScoreOf(bundle_, outputs[i]);
    Prediction& prediction = predictions[i];
    prediction.probability = is_pd ? score.pd.value() : score.model_score;
    prediction.reject = prediction.probability >= bundle_.cut_off->threshold;
    if (!explainer_) continue;
    prediction.reasons =
        reasons_.Adverse(std::span(attributions).subspan(i * width, width), limits::kReasons);
  }
}

}  // namespace fairline
