// Decisions are read in order and evaluated on all cores, a group at a time.
#include "fairline/cli/replay_history.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <vector>

#include "fairline/cli/output.h"
#include "fairline/cli/progress_bar.h"
#include "fairline/core/clock.h"
#include "fairline/data/csv_writer.h"
#include "fairline/decisioning/decision_store.h"
#include "fairline/decisioning/replay.h"
#include "fairline/training/parallel.h"

namespace fairline {
namespace {

constexpr int64_t kGroupRecords = 256;
constexpr size_t kShownDifferences = 10;

/// How one decision came out the second time.
struct Replayed {
  enum class Kind { kEqual, kDiffers, kErased, kUnfit } kind = Kind::kEqual;
  std::string what;  // the first difference, or why it cannot be decided
  std::optional<Evaluation> evaluation;
};

struct Summary {
  int64_t decisions = 0, equal = 0, differ = 0, erased = 0, unfit = 0;
  std::array<std::array<int64_t, 3>, 3> outcomes{};  // recorded x what-if, in the order of Outcome
  double probability_shift = 0;                      // sum of what-if minus recorded
  std::vector<std::string> examples;
};

Replayed ReplayRecord(Replayer& replayer, const DecisionRecord& record) {
  const auto differences = replayer.Replay(record);
  if (!differences) return {Replayed::Kind::kUnfit, differences.error().message, {}};
  if (differences->empty()) return {};
  const ReplayDifference& first = differences->front();
  return {Replayed::Kind::kDiffers,
          fmt::format("{}: recorded {}, replayed {}", first.field, first.recorded, first.replayed),
          {}};
}

Replayed DecideAnew(const Deployment& deployment, const DecisionRecord& record) {
  auto evaluation = Replayer::WhatIf(record, deployment);
  if (!evaluation) return {Replayed::Kind::kUnfit, evaluation.error().message, {}};
  const Evaluation& recorded = record.evaluation;
  Replayed replayed;
  if (evaluation->outcome != recorded.outcome) {
    replayed.kind = Replayed::Kind::kDiffers;
    replayed.what =
        fmt::format("{} -> {}", OutcomeName(recorded.outcome), OutcomeName(evaluation->outcome));
  }
  replayed.evaluation = *std::move(evaluation);
  return replayed;
}

void Count(const DecisionRecord& record, const Replayed& replayed, Summary& summary) {
  ++summary.decisions;
  using enum Replayed::Kind;
  int64_t* const counters[] = {&summary.equal, &summary.differ, &summary.erased, &summary.unfit};
  ++*counters[static_cast<size_t>(replayed.kind)];
  if (replayed.evaluation) {
    const auto row = static_cast<size_t>(record.evaluation.outcome);
    ++summary.outcomes[row][static_cast<size_t>(replayed.evaluation->outcome)];
    summary.probability_shift += replayed.evaluation->probability - record.evaluation.probability;
  }
  const bool notable = replayed.kind == kDiffers || replayed.kind == kUnfit;
  if (notable && summary.examples.size() < kShownDifferences) {
    summary.examples.push_back(fmt::format("{}  {}", record.decision_id, replayed.what));
  }
}

Status AddRow(const DecisionRecord& record, const Replayed& replayed, CsvWriter& csv) {
  csv.Add(record.decision_id);
  csv.Add(FormatTimestamp(record.created_at_micros));
  csv.Add(fmt::format("{}:{}", record.model_name, record.model_version));
  csv.Add(OutcomeName(record.evaluation.outcome));
  csv.Add(record.evaluation.probability);
  if (const auto& now = replayed.evaluation) {
    csv.Add(OutcomeName(now->outcome));
    csv.Add(now->probability);
  } else {
    csv.AddMissing();
    csv.AddMissing();
  }
  csv.Add(replayed.what);
  return csv.EndRow();
}

std::expected<ModelVersion, Failure> VersionOf(const std::string& reference, Store& store) {
  const size_t colon = reference.rfind(':');
  const std::string digits = colon == std::string::npos ? reference : reference.substr(colon + 1);
  int64_t version = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), version);
  if (error != std::errc() || end != digits.data() + digits.size() || digits.empty()) {
    return UsageError(
        fmt::format("--model: \"{}\" is neither VERSION nor NAME:VERSION", reference));
  }
  if (colon != std::string::npos) {
    return FAIRLINE_TRY(store.registry().Get(reference.substr(0, colon), version));
  }
  std::optional<ModelVersion> found;
  for (const ModelVersion& known : FAIRLINE_TRY(store.registry().List())) {
    if (known.version != version) continue;
    if (found)
      return UsageError(
          fmt::format("--model: several models have a version {}; write "
                      "NAME:{}",
                      version, version));
    found = known;
  }
  if (!found)
    return std::unexpected(Failure(
        Error{ErrorCode::kNotFound, fmt::format("no model has a version {}", version), {}, {}}));
  return *found;
}

class HistoryReplay {
 public:
  HistoryReplay(const ReplayHistoryTask& task, Store& store)
      : task_(task), store_(store), replayer_(store.registry()) {}

  CommandResult Run() {
    if (!task_.model.empty()) version_ = FAIRLINE_TRY(VersionOf(task_.model, store_));
    if (!task_.out.empty()) {
      csv_.emplace(FAIRLINE_TRY(CsvWriter::Create(
          task_.out, {"decision_id", "created_at", "model", "recorded_outcome",
                      "recorded_probability", "outcome", "probability", "difference"})));
    }
    FAIRLINE_TRY(ReplayAll());
    if (csv_) FAIRLINE_TRY(csv_->Commit());
    Report();
    const bool proves = !version_;
    return proves && summary_.differ + summary_.unfit > 0 ? ExitCode::kNo : ExitCode::kOk;
  }

 private:
  Status ReplayAll() {
    ProgressBar bar("replaying");
    Vault& vault = *FAIRLINE_TRY(store_.OpenVault());
    DecisionHistory history(store_.database(), vault, task_.since_micros, task_.until_micros);
    const int64_t now = std::min(SystemClock().NowMicros(), task_.until_micros);
    while (true) {
      const auto records = FAIRLINE_TRY(history.Next(kGroupRecords));
      if (records.empty()) return {};
      FAIRLINE_TRY(ReplayGroup(records));
      const int64_t at = records.back().created_at_micros;
      if (first_micros_ == 0) first_micros_ = records.front().created_at_micros;
      bar.Update(static_cast<double>(at - first_micros_), static_cast<double>(now - first_micros_),
                 fmt::format("replaying: {} decisions", summary_.decisions));
    }
  }

  Status ReplayGroup(const std::vector<DecisionRecord>& records) {
    std::vector<Replayed> replayed(records.size());
    FAIRLINE_TRY(ParallelFor(records.size(), CoreCount(), [&](size_t i) -> Status {
      if (records[i].erased_at_micros) {
        replayed[i].kind = Replayed::Kind::kErased;
      } else if (version_) {
        replayed[i] = DecideAnew(*FAIRLINE_TRY(OtherDeployment(records[i])), records[i]);
      } else {
        replayed[i] = ReplayRecord(replayer_, records[i]);
      }
      return {};
    }));
    for (size_t i = 0; i < records.size(); ++i) {
      Count(records[i], replayed[i], summary_);
      const bool notable = replayed[i].kind == Replayed::Kind::kDiffers ||
                           replayed[i].kind == Replayed::Kind::kUnfit;
      if (csv_ && notable) FAIRLINE_TRY(AddRow(records[i], replayed[i], *csv_));
    }
    return {};
  }

  // The other version under the policy of the recorded decision.
  Result<std::shared_ptr<const Deployment>> OtherDeployment(const DecisionRecord& record) {
    const std::lock_guard lock(mutex_);
    const bool fits = other_ && other_->policy.version == record.policy.version &&
                      other_->policy.review_band == record.policy.review_band;
    if (!fits) {
      other_ =
          FAIRLINE_TRY(LoadDeployment(store_.registry(), *version_, record.policy,
                                      record.application.product, record.application.currency));
    }
    return other_;
  }

  void Report() const {
    if (task_.json) return Print(Document().Pretty() + "\n");
    if (version_) return ReportWhatIf();
    Print(fmt::format("{} decisions replayed: {} bit-equal, {} differ", summary_.decisions,
                      summary_.equal, summary_.differ));
    if (summary_.unfit > 0) Print(fmt::format(", {} cannot be replayed", summary_.unfit));
    if (summary_.erased > 0) Print(fmt::format(", {} erased", summary_.erased));
    Print("\n");
    for (const std::string& example : summary_.examples) Print(example + "\n");
  }

  void ReportWhatIf() const {
    const int64_t decided = summary_.equal + summary_.differ;
    Print(fmt::format("{} decisions under {} {}: {} would change\n", decided, version_->name,
                      version_->version, summary_.differ));
    Print(fmt::format("{:<16}{:>12}{:>12}{:>16}\n", "recorded as", "approved", "denied",
                      "manual_review"));
    for (const Outcome outcome : {Outcome::kApproved, Outcome::kDenied, Outcome::kManualReview}) {
      const auto& row = summary_.outcomes[static_cast<size_t>(outcome)];
      Print(
          fmt::format("{:<16}{:>12}{:>12}{:>16}\n", OutcomeName(outcome), row[0], row[1], row[2]));
    }
    if (decided > 0) {
      Print(fmt::format("mean change of the probability: {:+.4f}\n",
                        summary_.probability_shift / static_cast<double>(decided)));
    }
    if (summary_.unfit > 0) {
      Print(fmt::format("{} lack what this version needs\n", summary_.unfit));
    }
    if (summary_.erased > 0) Print(fmt::format("{} erased\n", summary_.erased));
  }

  Json Document() const {
    Json document = Json::Object{{"decisions", summary_.decisions}, {"erased", summary_.erased}};
    document[version_ ? "unchanged" : "equal"] = summary_.equal;
    document[version_ ? "changed" : "differ"] = summary_.differ;
    document["unfit"] = summary_.unfit;
    if (!version_) return document;
    document["model"] = Json::Object{{"name", version_->name}, {"version", version_->version}};
    for (const Outcome from : {Outcome::kApproved, Outcome::kDenied, Outcome::kManualReview}) {
      for (const Outcome to : {Outcome::kApproved, Outcome::kDenied, Outcome::kManualReview}) {
        document["outcomes"][OutcomeName(from)][OutcomeName(to)] =
            summary_.outcomes[static_cast<size_t>(from)][static_cast<size_t>(to)];
      }
    }
    const int64_t decided = summary_.equal + summary_.differ;
    document["mean_probability_change"] =
        decided == 0 ? 0.0 : summary_.probability_shift / static_cast<double>(decided);
    return document;
  }

  const ReplayHistoryTask& task_;
  Store& store_;
  Replayer replayer_;
  std::optional<ModelVersion> version_;
  std::optional<CsvWriter> csv_;
  std::mutex mutex_;
  std::shared_ptr<const Deployment> other_;
  Summary summary_;
  int64_t first_micros_ = 0;
};

}  // namespace

CommandResult ReplayHistory(const ReplayHistoryTask& task, Store& store) {
  return HistoryReplay(task, store).Run();
}

}  // namespace fairline
