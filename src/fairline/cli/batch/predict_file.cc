// A chunk is read while the one before it is scored and written.
#include "fairline/cli/batch/predict_file.h"

#include <fmt/format.h>

#include <filesystem>
#include <future>
#include <utility>

#include "fairline/cli/batch/applicant_file.h"
#include "fairline/cli/batch/batch_recorder.h"
#include "fairline/cli/batch/batch_scorer.h"
#include "fairline/cli/batch/duplicate_ids.h"
#include "fairline/cli/batch/prediction_file.h"
#include "fairline/cli/change.h"
#include "fairline/cli/file_digest.h"
#include "fairline/cli/interrupt.h"
#include "fairline/cli/output.h"
#include "fairline/cli/progress_bar.h"
#include "fairline/core/clock.h"
#include "fairline/core/limits.h"
#include "fairline/ledger/audit.h"

namespace fairline {
namespace {

const std::string kStandardStream = "-";
// A record holds every attribution of its row, so fewer rows are in memory at a time.
constexpr size_t kRecordedChunkRows = 1000;

class FilePrediction {
 public:
  FilePrediction(const ChosenModel& model, const PredictSettings& settings, const PredictTask& task)
      : model_(model),
        settings_(settings),
        task_(task),
        bar_(fmt::format("scoring {}", task.input)),
        scorer_(model.bundle, settings.explain && !settings.record()),
        rejects_(task.rejects()) {}

  Result<PredictTotals> Run() {
    const InterruptScope interruptible;
    FAIRLINE_TRY(Open());
    const size_t chunk_rows = settings_.record() ? kRecordedChunkRows : limits::kBatchChunkRows;
    ApplicantChunk chunk, next;
    FAIRLINE_TRY(input_->Next(chunk_rows, chunk));
    output_.emplace(FAIRLINE_TRY(PredictionFile::Create(
        task_.output, task_.output_format,
        {.reasons = settings_.explain, .record = settings_.record(), .extra = chunk.extra})));
    while (!chunk.at_end()) {
      auto reading = std::async(std::launch::async, [&] { return input_->Next(chunk_rows, next); });
      FAIRLINE_TRY(Take(chunk));
      FAIRLINE_TRY(reading.get());
      bar_.Update(input_->share_read(), 1, fmt::format("scoring: {} rows", totals_.rows));
      std::swap(chunk, next);
      // Also when that was the last chunk: Ctrl-C ends the writer of a pipe, too.
      if (InterruptFlag()) return Interrupted();
    }
    FAIRLINE_TRY(Commit());
    return totals_;
  }

 private:
  Status Open() {
    const bool is_file = std::filesystem::is_regular_file(task_.input);
    if (settings_.record()) {
      const std::string digest = is_file ? FAIRLINE_TRY(FileSha256(task_.input)) : "";
      Vault& vault = *FAIRLINE_TRY(model_.store->OpenVault());
      recorder_.emplace(settings_.deployment, model_.store->database(), vault, model_.store->ids(),
                        digest);
    }
    input_ = FAIRLINE_TRY(ApplicantFile::Open(task_.input, model_.bundle.plan.signature(),
                                              {.format = task_.input_format,
                                               .features = settings_.record(),
                                               .extra = settings_.pass_through}));
    return {};
  }

  Status Take(ApplicantChunk& chunk) {
    FAIRLINE_TRY(TakeBad(chunk.bad));
    for (size_t row = 0; row < chunk.rows() && input_->has_ids(); ++row) {
      if (!ids_.Add(chunk.ids[row])) continue;
      if (totals_.duplicate_ids++ == 0) totals_.duplicate_line = chunk.lines[row];
    }
    const auto predictions =
        recorder_ ? FAIRLINE_TRY(recorder_->Record(chunk)) : scorer_.Predict(chunk);
    for (const Prediction& prediction : predictions) totals_.refused += prediction.reject ? 1 : 0;
    totals_.rows += static_cast<int64_t>(predictions.size());
    return output_->Append(chunk, predictions);
  }

  Status TakeBad(const std::vector<BadRow>& rows) {
    if (rows.empty()) return {};
    totals_.bad_rows += static_cast<int64_t>(rows.size());
    if (task_.output == kStandardStream) {
      for (const BadRow& row : rows) PrintNote(input_->At(row) + "\n");
    } else {
      FAIRLINE_TRY(rejects_.Append(rows));
    }
    if (!settings_.max_rejects || totals_.bad_rows <= *settings_.max_rejects) return {};
    const bool is_listed = task_.output != kStandardStream;
    if (is_listed) FAIRLINE_TRY(rejects_.Commit());
    return Fail(ErrorCode::kInvalidArgument,
                fmt::format("{}; more than {} bad rows, so nothing was written{}",
                            input_->At(rows.front()), *settings_.max_rejects,
                            is_listed ? " but the list of them, " + rejects_.path() : ""));
  }

  std::unexpected<Error> Interrupted() const {
    return Fail(ErrorCode::kCancelled,
                settings_.record() ? "interrupted; no predictions were written. The decisions on "
                                     "record stay: run it again to complete them"
                                   : "interrupted; nothing was written");
  }

  Status Commit() {
    totals_.input_sha256 = FAIRLINE_TRY(input_->Sha256());
    totals_.recorded_before = recorder_ ? recorder_->replayed() : 0;
    totals_.output_sha256 = FAIRLINE_TRY(output_->Finish());
    if (task_.output != kStandardStream) FAIRLINE_TRY(rejects_.Commit());
    if (!model_.version) return output_->Commit();
    const AuditEvent event = Event();
    return model_.store->database().Write([&](Transaction& transaction) -> Status {
      FAIRLINE_TRY(AppendEvent(transaction, event));
      return output_->Commit();
    });
  }

  AuditEvent Event() const {
    AuditEvent event;
    event.id = model_.store->ids().Next();
    event.entity_type = "file";
    event.entity_id = totals_.input_sha256;
    event.action = "predictions.create";
    event.user_id = CurrentUser();
    event.created_at_micros = SystemClock().NowMicros();
    event.metadata["model"] = model_.version->name;
    event.metadata["version"] = model_.version->version;
    event.metadata["bundle_digest"] = model_.version->bundle_digest;
    event.metadata["threshold"] = model_.bundle.cut_off->threshold;
    event.metadata["rows"] = totals_.rows;
    event.metadata["rejected"] = totals_.refused;
    event.metadata["approved"] = totals_.rows - totals_.refused;
    event.metadata["bad_rows"] = totals_.bad_rows;
    event.metadata["recorded"] = settings_.record() ? totals_.rows : 0;
    event.metadata["input_sha256"] = totals_.input_sha256;
    event.metadata["output_sha256"] = totals_.output_sha256;
    return event;
  }

  const ChosenModel& model_;
  const PredictSettings& settings_;
  const PredictTask& task_;
  ProgressBar bar_;
  std::unique_ptr<ApplicantFile> input_;
  const BatchScorer scorer_;
  std::optional<BatchRecorder> recorder_;
  std::optional<PredictionFile> output_;
  RejectsFile rejects_;
  DuplicateIds ids_;
  PredictTotals totals_;
};

}  // namespace

Result<PredictTotals> PredictFile(const ChosenModel& model, const PredictSettings& settings,
                                  const PredictTask& task) {
  return FilePrediction(model, settings, task).Run();
}

}  // namespace fairline
