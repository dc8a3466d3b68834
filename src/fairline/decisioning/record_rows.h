// A decision record as rows of applications, predictions and decisions, and back. The one place
// that knows their columns (docs/reference/database.md).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fairline/core/result.h"
#include "fairline/decisioning/decision.h"
#include "fairline/decisioning/vault.h"
#include "fairline/storage/database.h"

namespace fairline {

/// The parameters of the three inserts, and what is to be sealed into two of them.
struct RecordRows {
  std::vector<Value> application, prediction, decision;
  std::string features, attributions;
};

extern const std::string_view kInsertApplicant;
extern const std::string_view kInsertApplication;
extern const std::string_view kInsertPrediction;
extern const std::string_view kInsertDecision;
/// One row for RecordOf per decision `d`; a WHERE follows.
extern const std::string_view kSelectRecord;

/// The rows without applicant and sealed values, which Seal adds.
RecordRows RowsOf(const DecisionRecord& record);
/// Seals the values for that applicant. May be repeated with another one.
void SealRows(RecordRows& rows, std::string_view applicant_id, const SecretKey& key);

/// What is sealed of a record, for rows that are stored already.
struct SealedValues {
  std::string features, attributions;
};
SealedValues SealValues(std::string_view application_id, std::string_view prediction_id,
                        std::string_view features, std::string_view attributions,
                        const SecretKey& key);

/// The values that need no sealing as a JSON object, for whoever reads the table.
std::string OpenFeatures(const Json& features, const RecordLayout& layout);
inline constexpr size_t kShownAttributions = 10;

/// The layout's row, unless it is there.
Status InsertLayout(Transaction& transaction, const RecordLayout& layout);

/// SHA-256 over every column of the three rows that outlives an erasure, sealed values as they lie:
/// what the ledger says about the record. 64 hexadecimal digits.
std::string RecordDigest(const RecordRows& rows);
/// The digest of the rows as they lie in the database: of one row of kSelectRecordDigest.
extern const std::string_view kSelectRecordDigest;
std::string RecordDigest(const Row& row);

/// `application.raw` stays empty: it is read again from the features. kDataLoss when a stored
/// value is not what RowsOf writes or does not open.
Result<DecisionRecord> RecordOf(const Row& row, Vault& vault);

}  // namespace fairline
