// Chunks of applicants become predictions. Rows are scored side by side on all cores, each by
// itself, so neither chunks nor threads change a bit.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "fairline/cli/batch/applicant_file.h"
#include "fairline/decisioning/decision.h"
#include "fairline/explain/explainer.h"
#include "fairline/explain/reasons.h"
#include "fairline/models/bundle.h"
#include "fairline/models/engine/scorer.h"

namespace fairline {

struct Prediction {
  double probability = 0;  // in the space of the cut-off
  bool reject = false;
  std::vector<Reason> reasons;           // when asked for
  std::string decision_id;               // when recorded
  Outcome outcome = Outcome::kApproved;  // when recorded: the policy's word
};

class BatchScorer {
 public:
  /// `bundle` has a cut-off and outlives the scorer. `explain`: give reasons too.
  BatchScorer(const ModelBundle& bundle, bool explain);

  /// One prediction per row of the chunk.
  std::vector<Prediction> Predict(const ApplicantChunk& chunk) const;

 private:
  void PredictRows(const ApplicantChunk& chunk, size_t first,
                   std::span<Prediction> predictions) const;

  const ModelBundle& bundle_;
  const std::unique_ptr<const Scorer> scorer_;
  const ReasonFinder reasons_;
  std::unique_ptr<const Explainer> explainer_;  // when reasons are asked for
};

}  // namespace fairline
