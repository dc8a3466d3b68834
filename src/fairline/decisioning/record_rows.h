// A decision record as rows of applications, predictions and decisions, and back. The one place
// that knows their columns (docs/reference/database.md).
#pragma once

#include <string_view>
#include <vector>

#include "fairline/core/result.h"
#include "fairline/decisioning/decision.h"
#include "fairline/storage/database.h"

namespace fairline {

/// The parameters of the three inserts. The applicant's id is at kApplicantIdColumn.
struct RecordRows {
  std::vector<Value> application, prediction, decision;
};
inline constexpr size_t kApplicantIdColumn = 1;

extern const std::string_view kInsertApplication;
extern const std::string_view kInsertPrediction;
extern const std::string_view kInsertDecision;
/// The whole record of decision $1: one row for RecordOf.
extern const std::string_view kSelectRecord;

RecordRows RowsOf(const DecisionRecord& record);
/// `application.raw` stays empty: it is read again from the features. kDataLoss when a stored
/// document is not what RowsOf writes.
Result<DecisionRecord> RecordOf(const Row& row);

}  // namespace fairline
