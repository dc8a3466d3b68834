// References are stored as keyed hashes, per product.
#include "fairline/governance/subjects.h"

#include <fmt/format.h>

#include "fairline/core/ids.h"

namespace fairline {
namespace {

Result<bool> IsApplicant(Database& database, std::string_view id) {
  if (!IsUuid(id)) return false;
  const auto rows =
      FAIRLINE_TRY(database.Query("SELECT id FROM applicants WHERE id = $1", {std::string(id)}));
  return !rows.empty();
}

std::vector<std::string> FirstColumn(std::vector<Row> rows) {
  std::vector<std::string> texts;
  for (Row& row : rows) texts.push_back(std::get<std::string>(std::move(row[0])));
  return texts;
}

}  // namespace

Result<std::vector<std::string>> FindApplicants(Database& database, const Vault& vault,
                                                std::string_view subject) {
  if (FAIRLINE_TRY(IsApplicant(database, subject))) return std::vector{std::string(subject)};
  std::vector<std::string> found;
  const auto products =
      FirstColumn(FAIRLINE_TRY(database.Query("SELECT DISTINCT product FROM applicants")));
  for (const std::string& product : products) {
    for (std::string& id : FirstColumn(
             FAIRLINE_TRY(database.Query("SELECT id FROM applicants WHERE reference_index = $1",
                                         {Blob{vault.ReferenceIndex(product, subject)}})))) {
      found.push_back(std::move(id));
    }
  }
  if (found.empty()) {
    return Fail(ErrorCode::kNotFound,
                "no applicant has this applicant_id or reference (an erased one is known by its "
                "applicant_id only)");
  }
  return found;
}

Result<std::vector<std::string>> DecisionsOf(Database& database, std::string_view applicant_id) {
  return FirstColumn(FAIRLINE_TRY(database.Query(
      "SELECT d.id FROM applications a JOIN predictions p ON p.application_id = a.id "
      "JOIN decisions d ON d.prediction_id = p.id WHERE a.applicant_id = $1 ORDER BY d.id",
      {std::string(applicant_id)})));
}

}  // namespace fairline
