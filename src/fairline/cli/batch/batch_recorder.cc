// Groups of rows are decided on all cores, then given to the group commit together.
#include "fairline/cli/batch/batch_recorder.h"

#include <fmt/format.h>

#include <algorithm>
#include <latch>
#include <mutex>
#include <optional>
#include <utility>

#include "fairline/core/clock.h"
#include "fairline/core/hash.h"
#include "fairline/core/limits.h"
#include "fairline/training/parallel.h"

namespace fairline {
namespace {

Prediction PredictionOf(const DecisionRecord& record) {
  const Evaluation& evaluation = record.evaluation;
  return {evaluation.probability, evaluation.reject, evaluation.reasons, record.decision_id,
          evaluation.outcome};
}

}  // namespace

BatchRecorder::BatchRecorder(std::shared_ptr<const Deployment> deployment, Database& database,
                             Vault& vault, IdGenerator& ids, std::string input_sha256)
    : deployment_(std::move(deployment)), ids_(ids), writer_(database, vault, ids, metrics_) {
  if (input_sha256.empty()) return;
  key_prefix_ = fmt::format("predict:{}:{}:", input_sha256, deployment_->version.bundle_digest);
}

Result<std::vector<Prediction>> BatchRecorder::Record(const ApplicantChunk& chunk) {
  std::vector<Prediction> predictions(chunk.rows());
  for (size_t begin = 0; begin < chunk.rows(); begin += limits::kCommitBatch) {
    const size_t end = std::min(chunk.rows(), begin + limits::kCommitBatch);
    FAIRLINE_TRY(Store(FAIRLINE_TRY(DecideAll(chunk, begin, end)), chunk, begin, predictions));
  }
  return predictions;
}

Result<std::vector<DecisionRecord>> BatchRecorder::DecideAll(const ApplicantChunk& chunk,
                                                             size_t begin, size_t end) {
  std::vector<DecisionRecord> records(end - begin);
  const auto decide = [&](size_t i) -> Status {
    Application application =
        FAIRLINE_TRY(ReadApplication(*deployment_, chunk.features[begin + i]));
    records[i] = FAIRLINE_TRY(Decide(*deployment_, std::move(application), SystemClock(), ids_));
    return {};
  };
  FAIRLINE_TRY(ParallelFor(records.size(), CoreCount(), decide));
  return records;
}

Status BatchRecorder::Store(std::vector<DecisionRecord> records, const ApplicantChunk& chunk,
                            size_t begin, std::vector<Prediction>& predictions) {
  std::latch stored(static_cast<ptrdiff_t>(records.size()));
  std::mutex mutex;
  std::optional<Error> failure;
  for (size_t i = 0; i < records.size(); ++i) {
    std::optional<IdempotencyKey> key;
    if (!key_prefix_.empty()) {
      key.emplace(fmt::format("{}{}", key_prefix_, chunk.lines[begin + i]),
                  Sha256Hex(chunk.features[begin + i].Dump()));
    }
    const auto done = [&, row = begin + i](Result<Committed> committed) {
      if (committed) {
        predictions[row] = PredictionOf(committed->record);
        replayed_ += committed->replayed ? 1 : 0;
      } else {
        const std::scoped_lock lock(mutex);
        if (!failure) failure = std::move(committed).error();
      }
      stored.count_down();
    };
    writer_.Submit(std::move(records[i]), std::move(key), done);
  }
  stored.wait();
  if (failure) return std::unexpected(*std::move(failure));
  return {};
}

}  // namespace fairline
