// `predict --record`: each row is decided and stored as a request for it would be. A row of the
// same file under the same model version is stored once, however often the file is run, so an
// interrupted run is simply started again.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "fairline/cli/batch/applicant_file.h"
#include "fairline/cli/batch/batch_scorer.h"
#include "fairline/core/metrics.h"
#include "fairline/decisioning/decision_writer.h"
#include "fairline/decisioning/deployment.h"
#include "fairline/storage/database.h"

namespace fairline {

class BatchRecorder {
 public:
  /// `input_sha256` names the file in the keys that keep its rows from being stored twice; empty
  /// (a pipe): every run stores its rows.
  BatchRecorder(std::shared_ptr<const Deployment> deployment, Database& database, Vault& vault,
                IdGenerator& ids, std::string input_sha256);

  /// Decides and stores each row of the chunk (its features are filled). The first row that cannot
  /// be stored is the error.
  Result<std::vector<Prediction>> Record(const ApplicantChunk& chunk);

  /// Rows that an earlier run had stored.
  int64_t replayed() const { return replayed_; }

 private:
  Result<std::vector<DecisionRecord>> DecideAll(const ApplicantChunk& chunk, size_t begin,
                                                size_t end);
  Status Store(std::vector<DecisionRecord> records, const ApplicantChunk& chunk, size_t begin,
               std::vector<Prediction>& predictions);

  std::shared_ptr<const Deployment> deployment_;
  IdGenerator& ids_;
  std::string key_prefix_;  // empty: no keys
  Metrics metrics_;
  DecisionWriter writer_;
  int64_t replayed_ = 0;
};

}  // namespace fairline
